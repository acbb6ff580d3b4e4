import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import { durationFault, parseDuration } from "../duration";
import { dnsLabelFault } from "../names";
import { wholeNumber } from "../numbers";
import type { Validation } from "../validation";
import { generatedPassword } from "./generated-password";
import { isSecondsTurn, rotationKeepers, secondLogin } from "./rotation";
import { scramVerifier } from "./scram";
import { timeFault, validUntil } from "./valid-until";

/** A role with its logins: itself, and from the first rotation on a second one. */
export interface RotatedRole {
    /** The role, to which privileges are granted. */
    role: postgresql.Role;
    /** The one of the roles made here that was made last. */
    last: postgresql.Role;
    /** The login to be used from now on. */
    active: { username: pulumi.Output<string>; password: pulumi.Output<string>; isSecond: boolean };
    /** The login that is used no longer once every client has the active one's credentials. */
    retired?: pulumi.Output<string>;
    /** Both logins, or the one. */
    logins: pulumi.Output<string>[];
}

/** The limits of a role of the application's, and where its credentials go. */
export interface LoginSettings {
    statementTimeout: pulumi.Input<string>;
    idleInTransactionSessionTimeout: pulumi.Input<string>;
    connectionLimit: pulumi.Input<number>;
    credentialsSecretName: pulumi.Input<string>;
    validUntil?: pulumi.Input<string> | undefined;
}

/** The same values, checked. */
export type CheckedLogin = {
    [K in Exclude<keyof LoginSettings, "validUntil">]: pulumi.Output<pulumi.Unwrap<LoginSettings[K]>>;
} & { validUntil?: pulumi.Output<string> | undefined };

/** Checks the settings of a role; `path` is empty or ends with a dot. */
export function checkLogin(validation: Validation, path: string, settings: LoginSettings): CheckedLogin {
    const duration = (member: "statementTimeout" | "idleInTransactionSessionTimeout") =>
        validation.value(`${path}${member}`, settings[member], durationFault);
    return {
        statementTimeout: duration("statementTimeout"),
        idleInTransactionSessionTimeout: duration("idleInTransactionSessionTimeout"),
        connectionLimit: validation.value(`${path}connectionLimit`, settings.connectionLimit, wholeNumber(1, 10_000)),
        credentialsSecretName: validation.value(
            `${path}credentialsSecretName`,
            settings.credentialsSecretName,
            dnsLabelFault,
        ),
        validUntil: validation.optional(`${path}validUntil`, settings.validUntil, timeFault),
    };
}

/** The limits of a login; an owner's migrations may take their time. */
type LoginLimits = Pick<CheckedLogin, "connectionLimit"> & Partial<CheckedLogin>;

/** What a role and its logins are made from. */
export interface RotatedRoleArgs {
    roleName: pulumi.Output<string>;
    schema: string;
    limits: LoginLimits;
    rotation: number;
}

/** Makes a role and the logins that it has by now. */
export function rotatedRole(
    name: string,
    args: RotatedRoleArgs,
    opts: { role: pulumi.CustomResourceOptions; password: pulumi.CustomResourceOptions },
): RotatedRole {
    const { roleName, rotation } = args;
    const isSecond = isSecondsTurn(rotation);
    const first = login(name, { ...args, isActive: !isSecond }, opts);
    if (rotation === 0) {
        return { role: first.role, last: first.role, active: { ...first, isSecond }, logins: [first.username] };
    }
    const second = login(
        `${name}-b`,
        { ...args, roleName: roleName.apply(secondLogin), memberOf: first.role.name, isActive: isSecond },
        { ...opts, role: { ...opts.role, dependsOn: [first.role] } },
    );
    const [active, retired] = isSecond ? [second, first] : [first, second];
    return {
        role: first.role,
        last: second.role,
        active: { ...active, isSecond },
        retired: retired.username,
        logins: [first.username, second.username],
    };
}

interface Login {
    role: postgresql.Role;
    username: pulumi.Output<string>;
    password: pulumi.Output<string>;
}

function login(
    name: string,
    args: RotatedRoleArgs & { memberOf?: pulumi.Output<string>; isActive: boolean },
    opts: { role: pulumi.CustomResourceOptions; password: pulumi.CustomResourceOptions },
): Login {
    const { roleName, schema, limits, memberOf, isActive } = args;
    const password = generatedPassword(`${name}-password`, opts.password, rotationKeepers(args.rotation));
    const role = new postgresql.Role(
        name,
        {
            name: roleName,
            login: true,
            // Neither a statement nor a log that repeats it holds the password itself.
            password: password.apply(scramVerifier),
            // What the member makes belongs to the role, and what is said of the role holds for the member.
            ...(memberOf && { roles: [memberOf], assumeRole: memberOf }),
            connectionLimit: limits.connectionLimit,
            ...(limits.statementTimeout &&
                limits.idleInTransactionSessionTimeout && {
                    // The provider's timeouts are milliseconds.
                    statementTimeout: limits.statementTimeout.apply(parseDuration),
                    idleInTransactionSessionTimeout: limits.idleInTransactionSessionTimeout.apply(parseDuration),
                    searchPaths: [schema],
                    ...(limits.validUntil && { validUntil: limits.validUntil.apply(validUntil) }),
                }),
        },
        // The retired login keeps its password, since clients may still use it; where there was none, nobody knows it.
        isActive ? opts.role : { ...opts.role, ignoreChanges: ["password"] },
    );
    return { role, username: role.name, password };
}

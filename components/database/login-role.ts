import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { durationFault, parseDuration } from "../duration";
import { dnsLabelFault } from "../names";
import { wholeNumber } from "../numbers";
import type { Validation } from "../validation";

/** A role that can log in, and its password. */
export interface LoginRole {
    role: postgresql.Role;
    password: pulumi.Output<string>;
}

/** The limits of a role of the application's, and where its credentials go. */
export interface LoginSettings {
    statementTimeout: pulumi.Input<string>;
    idleInTransactionSessionTimeout: pulumi.Input<string>;
    connectionLimit: pulumi.Input<number>;
    credentialsSecretName: pulumi.Input<string>;
}

/** The same values, checked. */
export type CheckedLogin = { [K in keyof LoginSettings]: pulumi.Output<pulumi.Unwrap<LoginSettings[K]>> };

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
    };
}

/** Makes a role with a password of its own. Without limits it is the owner, whose migrations may take their time. */
export function loginRole(
    name: string,
    args: { roleName: pulumi.Output<string>; schema: string; limits?: CheckedLogin },
    opts: { role: pulumi.CustomResourceOptions; password: pulumi.CustomResourceOptions },
): LoginRole {
    const { roleName, schema, limits } = args;
    // Letters and digits alone: every shell, URI and connection string takes them as they are.
    const random32 = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, opts.password);
    const password = pulumi.secret(random32.result);
    const role = new postgresql.Role(
        name,
        {
            name: roleName,
            login: true,
            password,
            ...(limits && {
                connectionLimit: limits.connectionLimit,
                // The provider's timeouts are milliseconds.
                statementTimeout: limits.statementTimeout.apply(parseDuration),
                idleInTransactionSessionTimeout: limits.idleInTransactionSessionTimeout.apply(parseDuration),
                searchPaths: [schema],
            }),
        },
        opts.role,
    );
    return { role, password };
}

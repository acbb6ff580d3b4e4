import type * as pulumi from "@pulumi/pulumi";
import { guarded } from "./data-guard";
import type { PostgresDatabaseArgs } from "./postgres-database";

/** What decides where a server's data lies. */
interface ServerPlace {
    namespaceName: pulumi.Output<string>;
    releaseName: pulumi.Output<string>;
    storageSize: pulumi.Output<string>;
    storageClassName: pulumi.Output<string> | undefined;
}

/** A server's settings; those that decide where its data lies are known once a guard has let them pass. */
export function serverInPlace<S extends ServerPlace>(
    name: string,
    settings: S,
    { allowDataLoss, adminRotation = 0, certificateRotation = 0 }: PostgresDatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
): S {
    const { namespaceName, releaseName, storageSize, storageClassName } = settings;
    const place = guarded(
        `${name}-guard`,
        { namespaceName, releaseName, storageSize, storageClassName },
        {
            subject: `PostgresDatabase "${name}"`,
            advice: "Take that back. docs/restore.md tells how a volume grows and how a database moves; `allowDataLoss` lets the change through.",
            allowed: allowDataLoss,
            rotations: { adminRotation, certificateRotation },
        },
        opts,
    );
    return { ...settings, ...place };
}

/** The names by which privileges, policies and Secrets go. */
interface AccessNames {
    databaseName: pulumi.Output<string>;
    ownerRole: pulumi.Output<string>;
    readonlyRole: pulumi.Output<string>;
    readwrite: { roleName: pulumi.Output<string> } | undefined;
}

/**
 * The settings of a database's roles; their names are known once a guard has let them pass. PostgreSQL could rename, but
 * the privileges under the old name, which Pulumi takes away after that, would fail the update half-way for good.
 */
export function accessByNames<S extends AccessNames>(
    name: string,
    settings: S,
    rotation: number | undefined,
    opts: pulumi.ComponentResourceOptions,
): S {
    const { databaseName, ownerRole, readonlyRole, readwrite } = settings;
    const names = guarded(
        `${name}-guard`,
        { databaseName, ownerRole, readonlyRole },
        { ...rules(name), rotations: { rotation: rotation ?? 0 } },
        opts,
    );
    if (readwrite) {
        // A guard of its own: this role may come and go.
        const writer = { "readwrite.roleName": readwrite.roleName };
        guarded(`${name}-readwrite-guard`, writer, rules(name), opts);
    }
    return { ...settings, ...names };
}

function rules(name: string) {
    return {
        subject: `DatabaseAccess "${name}"`,
        advice: "Take that back: names are for life. A database under another name is another one; docs/restore.md tells how to fill it.",
    };
}

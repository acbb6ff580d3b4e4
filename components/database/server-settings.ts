import * as pulumi from "@pulumi/pulumi";
import type { ChartSourceArgs, ContainerImageArgs } from "../chart";
import { oneOf } from "../choices";
import { DEFAULTS } from "../defaults";
import type { ImageParts } from "../image";
import { sqlNameFault } from "../names";
import { wholeNumber } from "../numbers";
import type { Validation } from "../validation";
import { majorVersionFault, majorVersionOfTag, tagFault } from "./major-version";
import type { DatabaseLogins } from "./pg-hba";
import { AuditClass, libraryFault, TlsVersion } from "./server-configuration";

export { AuditClass, TlsVersion };

/** What the server's log holds beyond errors, logins and logouts. */
export interface DatabaseAuditArgs {
    /** Classes of statements that are logged. Those that read or write hold rows. Defaults to `ddl` and `role`. */
    log?: pulumi.Input<pulumi.Input<AuditClass>[]> | undefined;
    /** Whether the statements themselves are logged, or only their kind and object. Defaults to true. */
    statements?: pulumi.Input<boolean> | undefined;
}

/** Roles that may log in to a database. */
export interface DatabaseLoginsArgs {
    /** The database. */
    databaseName: pulumi.Input<string>;
    /** The roles; each stands for its members too. */
    roleNames: pulumi.Input<pulumi.Input<string>[]>;
}

/** How the server runs, in PostgreSQL's own terms. */
export interface ServerSettingsArgs {
    /** Where the Bitnami PostgreSQL chart comes from. */
    chart?: ChartSourceArgs | undefined;
    /** PostgreSQL image. Defaults to `docker.io/bitnamilegacy/postgresql` with the chart's tag: frozen, without fixes. */
    image?: ContainerImageArgs | undefined;
    /** Major version of PostgreSQL in the image; it can't change while there is data. Defaults to the one in the tag. */
    majorVersion?: pulumi.Input<number> | undefined;
    /** Oldest version of TLS that the server speaks. Defaults to `TLSv1.3`. */
    minimumTlsVersion?: pulumi.Input<TlsVersion> | undefined;
    /** Connections at the same time, 8 of them for superusers alone. Defaults to one for each 5Mi of memory requested. */
    maxConnections?: pulumi.Input<number> | undefined;
    /** What the server's log holds. */
    audit?: DatabaseAuditArgs | undefined;
    /** Libraries that the server loads when it starts. Defaults to `pgaudit`, which writes the audit log. */
    sharedPreloadLibraries?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** Checks how the server runs. */
export function checkServerSettings(
    validation: Validation,
    args: ServerSettingsArgs & { logins?: DatabaseLoginsArgs[] | undefined },
) {
    const defaults = DEFAULTS.database;
    const log = args.audit?.log ?? defaults.audit.log;
    const libraries = args.sharedPreloadLibraries ?? defaults.sharedPreloadLibraries;
    validation.value<AuditedLibraries>(
        "sharedPreloadLibraries",
        { libraries, log } as pulumi.Input<AuditedLibraries>,
        auditFault,
    );
    return {
        minimumTlsVersion: validation.value<string>(
            "minimumTlsVersion",
            args.minimumTlsVersion ?? defaults.minimumTlsVersion,
            oneOf(TlsVersion),
        ),
        maxConnections: validation.optional("maxConnections", args.maxConnections, wholeNumber(20, 10_000)),
        audit: {
            log: validation.list<string>("audit.log", log, oneOf(AuditClass)),
            statements: args.audit?.statements ?? defaults.audit.statements,
        },
        sharedPreloadLibraries: validation.list<string>("sharedPreloadLibraries", libraries, libraryFault),
        logins: args.logins && checkLogins(validation, args.logins),
        majorVersion: checkMajorVersion(validation, args),
    };
}

function checkLogins(validation: Validation, logins: DatabaseLoginsArgs[]): pulumi.Output<DatabaseLogins[]> {
    const checked = logins.map(({ databaseName, roleNames }, index) =>
        pulumi.output({
            databaseName: validation.value(`logins[${index}].databaseName`, databaseName, sqlNameFault),
            roleNames: validation.list(`logins[${index}].roleNames`, roleNames, sqlNameFault),
        }),
    );
    return pulumi.all(checked) as pulumi.Output<DatabaseLogins[]>;
}

/** What can tell the major version. */
interface VersionSources {
    majorVersion?: number;
    image: ImageParts;
    chart: { chart?: string; version?: string };
}

/** The major version of the image as far as anything tells it: a digest alone doesn't. */
function checkMajorVersion(validation: Validation, args: ServerSettingsArgs): pulumi.Output<number | undefined> {
    const { chart = {}, image = {}, majorVersion } = args;
    validation.optional("majorVersion", majorVersion, majorVersionFault);
    const sources = { chart, image, majorVersion } as pulumi.Input<VersionSources>;
    return validation
        .value("image.tag", sources, (known) => tagFault(known.image.tag, known.majorVersion))
        .apply((known) => known.majorVersion ?? majorVersionOfTag(known.image.tag) ?? majorVersionOfDefaults(known));
}

/** Without a word on the version, the default chart installs its own image, or the same one from another registry. */
function majorVersionOfDefaults({ chart, image }: VersionSources): number | undefined {
    const defaults = DEFAULTS.database;
    const own =
        (chart.chart ?? defaults.chart.chart) === defaults.chart.chart &&
        (chart.version ?? defaults.chart.version) === defaults.chart.version &&
        image.tag === undefined &&
        image.digest === undefined;
    return own ? defaults.majorVersion : undefined;
}

interface AuditedLibraries {
    libraries: string[];
    log: string[];
}

/** The audit log is written by a library. */
function auditFault({ libraries, log }: AuditedLibraries): string | undefined {
    return log.length === 0 || libraries.includes("pgaudit")
        ? undefined
        : `must hold "pgaudit", which writes the classes of \`audit.log\`, is ${JSON.stringify(libraries)}; or set \`audit.log\` to []`;
}

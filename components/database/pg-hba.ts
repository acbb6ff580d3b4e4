/** Host-based authentication: who may log in from where, to which database, and how. Pure; no Pulumi import. */

/** Roles that may log in to a database. */
export interface DatabaseLogins {
    databaseName: string;
    roleNames: string[];
}

const ADMIN = "postgres";

/** The database in which the chart's exporter asks. */
const EXPORTER_DATABASE = "postgres";

/** Databases that belong to the server itself: nobody but the superuser has any business there. */
const MAINTENANCE = "postgres,template0,template1";

/**
 * The lines of pg_hba.conf, of which the first that fits counts. Everybody needs a SCRAM password, and TLS from wherever
 * they come; only the superuser, and the exporter if there is one, may do without TLS within the pod itself, as the
 * chart's exporter does. Probes and tunnel come over loopback too, and use TLS.
 *
 * With `logins`, roles get to their own database alone, whatever was granted to whom. Without, to any but the server's
 * own. A role's name stands for its members too, so that a second login of the same role gets the same way.
 */
export function pgHba(logins: DatabaseLogins[] | undefined, exporterRole?: string): string {
    const lines = [
        ["local", "all", ADMIN, "", "scram-sha-256"],
        ["host", "all", ADMIN, "127.0.0.1/32", "scram-sha-256"],
        ["host", "all", ADMIN, "::1/128", "scram-sha-256"],
        ["hostssl", "all", ADMIN, "all", "scram-sha-256"],
        ...(exporterRole
            ? [
                  ["host", EXPORTER_DATABASE, quoted(exporterRole), "127.0.0.1/32", "scram-sha-256"],
                  ["host", "all", quoted(exporterRole), "all", "reject"],
              ]
            : []),
        ["host", MAINTENANCE, "all", "all", "reject"],
        ...(logins
            ? logins.flatMap(({ databaseName, roleNames }) =>
                  roleNames.map((role) => [
                      "hostssl",
                      quoted(databaseName),
                      `+${quoted(role)}`,
                      "all",
                      "scram-sha-256",
                  ]),
              )
            : [["hostssl", "all", "all", "all", "scram-sha-256"]]),
    ];
    return `${lines.map((fields) => fields.filter(Boolean).join(" ")).join("\n")}\n`;
}

/** In quotes a name is a name, also where it is a keyword such as `all` or `sameuser`. */
function quoted(name: string): string {
    return `"${name}"`;
}

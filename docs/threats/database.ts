/** Threats that the database layer stops. */
import type { Threat } from "./threat";

const GRANTS = "components/database/grants.ts";
const CONFIGURATION = "components/database/server-configuration.ts";
const PG_HBA = "components/database/pg-hba.ts";

export const DATABASE: Threat[] = [
    {
        threat: "Somebody on the way to the database reads along",
        defence: "The server takes no connection without TLS 1.3 from outside its pod",
        code: [PG_HBA, CONFIGURATION],
        probes: ["database/plaintext"],
    },
    {
        threat: "A false server takes the database's place and collects passwords and rows",
        defence: "Clients get the authority's certificate and check the server's name (`verify-full`)",
        code: ["components/database/certificates.ts", "components/database/service-binding.ts"],
        probes: ["database/impostor"],
    },
    {
        threat: "Passwords are guessed, or one opens more than its own role",
        defence: "A generated password for each role; SCRAM; the server never sees them in the clear",
        code: ["components/database/login-role.ts", "components/database/scram.ts", PG_HBA],
        probes: ["database/guessed-password", "database/shared-password"],
    },
    {
        threat: "An injected statement changes or deletes rows",
        defence: "The application's role can only read; one that writes comes on demand (`database.access.readwrite`)",
        code: [GRANTS],
        probes: ["database/write-rows"],
    },
    {
        threat: "An injected statement changes the structure, or leaves something behind",
        defence: "The role owns nothing, and everything is taken away from PUBLIC first",
        code: [GRANTS],
        probes: ["database/change-schema", "database/temporary-tables", "database/large-objects"],
    },
    {
        threat: "An injected statement reaches the server's files, programs or other databases",
        defence: "No superuser and no server role; `pg_hba.conf` lets each role into its own database alone",
        code: [GRANTS, PG_HBA],
        probes: ["database/run-programs", "database/server-files", "database/other-databases"],
    },
    {
        threat: "A role makes itself more powerful, or its deeds invisible",
        defence: "No membership in another role; the log's settings are the superuser's",
        code: ["components/database/login-role.ts", CONFIGURATION],
        probes: ["database/become-another-role", "database/cover-tracks"],
    },
    {
        threat: "Statements or sessions without end take the server away from everybody else",
        defence: "Timeouts and a connection limit for each role; limits of the server's own",
        code: ["components/database/database-roles.ts", CONFIGURATION],
        probes: ["database/endless-statement", "database/idle-transaction", "database/connection-flood"],
    },
    {
        threat: "A forgotten `WHERE` shows one tenant the rows of another",
        defence: "Row-level security on every table with the tenant column, on demand: `database.rowLevelSecurity`",
        code: ["components/database/row-level-security.ts", "components/database/row-level-security-sql.ts"],
        probes: ["database/other-tenants"],
    },
    {
        threat: "The application's account reads the owner's credentials through the API server",
        defence: "The account has no rights; the owner's Secret lies in the database's namespace",
        code: ["components/database/credentials-secret.ts", "components/container/hardened-workload.ts"],
        probes: ["database/read-secrets"],
    },
    {
        threat: "A password stands in Helm values, pod specs, states, logs or events",
        defence: "Passwords go by Secret and verifier; errors leave them out",
        code: ["components/database/postgresql-values.ts", "components/without-stack.ts"],
        probes: [],
        tests: ["test/e2e/secrets.ts", "test/e2e/server.ts"],
    },
    {
        threat: "Credentials have leaked, and can't be changed without an outage",
        defence: "Rotation by a count; each role has two logins, which take turns",
        code: ["components/database/rotation.ts", "components/database/retired-credentials.ts"],
        probes: [],
        tests: ["test/e2e/rotation.ts"],
    },
    {
        threat: "The volume is lost, or an attacker deletes the rows",
        defence: "Encrypted backups to a public key, on demand (`database.backup`), with a restore",
        code: ["components/database/database-backup.ts", "operations/restore.sh"],
        probes: [],
        tests: ["test/e2e/backups.ts"],
    },
    {
        threat: "A change of a setting leaves the data behind or destroys them",
        defence: "Such a change is refused in the preview; `database.protectData` refuses deletion",
        code: ["components/database/data-guard.ts", "components/database/upgrade-guard.ts"],
        probes: [],
        tests: ["test/e2e/data-safety.ts"],
    },
];

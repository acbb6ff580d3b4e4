/** Ways to log in to the database from the application's pod. */
import type { Probe } from "../../probe";
import { EXCLUSIVE, type Login, refusedLogins } from "./psql";

const REJECTED = /pg_hba\.conf/;
const WRONG_PASSWORD = /password authentication failed|no password supplied/;
const UNVERIFIED = /certificate verify failed|does not match host name/;

/** Roles that somebody would try first. */
const ROLES = ["postgres", "app_owner", "readwrite", "admin"];

/** Shell: connects as the binding's own address says, to the same server in the guise of another. */
const asImpostor = (guise: string) =>
    `PGHOSTADDR="$(getent ahostsv4 "$PGHOST" | sed 's/ .*//;q')"; parameters="$(entry uri | sed -n 's/.*?//p')"; ${guise}; ` +
    `unset PGSSLMODE; case "$parameters" in *sslmode=*) PGSSLMODE="$(echo "$parameters" | sed 's/.*sslmode=//;s/&.*//')" ;; esac; export PGSSLMODE PGHOSTADDR`;

/** A certificate of nobody's: its key was thrown away. */
const FOREIGN_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBrDCCAVGgAwIBAgIUIYy+7lyszWzNJm8YnmiJ9auN+vQwCgYIKoZIzj0EAwIw
KjEoMCYGA1UEAwwfQW4gYXV0aG9yaXR5IHRoYXQgc2lnbnMgbm90aGluZzAgFw0y
NjExMjQxNjAwMTlaGA8yMTI2MTAzMTE2MDAxOVowKjEoMCYGA1UEAwwfQW4gYXV0
aG9yaXR5IHRoYXQgc2lnbnMgbm90aGluZzBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABOcANpH6mA+mBIKlVGTBUJqQhpMtXwy2Pi0rnbVnEutvvXNpt37kQ7waA2ZG
027qJSP16fXs97WbmCv+a3C4wcOjUzBRMB0GA1UdDgQWBBQtriV5C1BTqiXolSeZ
KUKCpX2f5DAfBgNVHSMEGDAWgBQtriV5C1BTqiXolSeZKUKCpX2f5DAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCEuAhqTwM+ZCE7S5fA5SPqrGec
jcEGskw9GlnUa5tunwIhAM0xR61ERG0rwQI91us4PHAmUFYLThmQSGpe6+dfY6pl
-----END CERTIFICATE-----`;
const FOREIGN_AUTHORITY = `PGSSLROOTCERT=/tmp/verify-authority; printf '%s\\n' '${FOREIGN_CERTIFICATE}' >"$PGSSLROOTCERT"`;

export const LOGINS: Probe[] = [
    {
        name: "plaintext",
        layer: "database",
        attack: "connects without TLS, with the right password",
        gain: "reads passwords and rows on their way, wherever he can listen",
        expected: "the server refuses every connection without encryption",
        ifOff: "it answers in the clear",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) => refusedLogins(field, [{ what: "without TLS", assignments: "PGSSLMODE=disable" }], REJECTED),
    },
    {
        name: "other-databases",
        layer: "database",
        attack: "connects to the server's own databases with the application's credentials",
        gain: "sees every role and setting, and has a place that nobody watches",
        expected: "the server lets the role into its own database only",
        ifOff: "it gets in, as PostgreSQL lets everybody by default",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) =>
            refusedLogins(
                field,
                ["postgres", "template1"].map((name) => ({ what: name, assignments: `PGDATABASE=${name}` })),
                new RegExp(`${REJECTED.source}|permission denied for database`),
            ),
    },
    {
        name: "guessed-password",
        layer: "database",
        attack: "guesses passwords of the application's role and of the superuser: none, the role's name, common ones",
        gain: "logs in without having stolen anything",
        expected: "every guess is refused",
        ifOff: "a role with a password that anybody would try",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) => refusedLogins(field, [...guesses('"$PGUSER"'), ...guesses("postgres")], WRONG_PASSWORD),
    },
    {
        name: "shared-password",
        layer: "database",
        attack: "tries the application's password for the superuser, the owner's role and others",
        gain: "owns the database with what a leak of the application's credentials gave",
        expected: "each role has a password of its own",
        ifOff: "one password for several roles",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) =>
            refusedLogins(
                field,
                ROLES.map((role) => ({ what: role, assignments: `PGUSER=${role}` })),
                // A role that isn't there has no way in at all.
                new RegExp(`${WRONG_PASSWORD.source}|${REJECTED.source}`),
            ),
    },
    {
        name: "impostor",
        layer: "database",
        attack: "passes a server off as the database that has another name, or a certificate of another authority",
        gain: "is told the application's password, and answers with rows of his own",
        expected: "a client that checks what the binding's address asks for ends the connection",
        ifOff: "it talks to whoever answers",
        attackers: ["twin"],
        exclusive: EXCLUSIVE,
        run: (field) =>
            refusedLogins(
                field,
                [
                    { what: "another name", assignments: asImpostor("PGHOST=impostor.example.com") },
                    { what: "another authority", assignments: asImpostor(FOREIGN_AUTHORITY) },
                ],
                UNVERIFIED,
            ),
    },
];

function guesses(role: string): Login[] {
    return ["''", role, "password", "changeme"].map((password, index) => ({
        what: `${index === 0 ? "no password" : `guess ${index}`} for ${role === "postgres" ? role : "its own role"}`,
        assignments: `PGUSER=${role}; PGPASSWORD=${password}`,
    }));
}

/** The statements behind Grant and DefaultPrivileges. Pure. */
import { escapeIdentifier as identifier } from "pg";

export interface Grant {
    /** `public` stands for everybody, quoted too. */
    role: string;
    database: string;
    objectType: string;
    schema?: string;
    /** Names in the schema; empty for all objects of the type that exist now. */
    objects: string[];
    /** Empty for a mere revoke. */
    privileges: string[];
    withGrantOption: boolean;
}

export interface DefaultPrivileges {
    role: string;
    database: string;
    /** Role whose future objects are meant. */
    owner: string;
    objectType: string;
    schema?: string;
    privileges: string[];
    withGrantOption: boolean;
}

/** The privileges that exist on a type of object. */
const PRIVILEGES: Record<string, readonly string[]> = {
    database: ["CREATE", "CONNECT", "TEMPORARY"],
    schema: ["CREATE", "USAGE"],
    table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
    sequence: ["USAGE", "SELECT", "UPDATE"],
    function: ["EXECUTE"],
    procedure: ["EXECUTE"],
    routine: ["EXECUTE"],
    type: ["USAGE"],
};

export const GRANT_OBJECT_TYPES = ["database", "schema", "table", "sequence", "function", "procedure", "routine"];

export const DEFAULT_PRIVILEGES_OBJECT_TYPES = ["table", "sequence", "function", "routine", "type", "schema"];

/** The first privilege that the type of object doesn't have. */
export function privilegesFault(objectType: string, privileges: string[]): string | undefined {
    const allowed = ["ALL", ...(PRIVILEGES[objectType] ?? [])];
    const wrong = privileges.find((privilege) => !allowed.includes(privilege));
    return wrong === undefined ? undefined : `${wrong} is not an allowed privilege for object type ${objectType}`;
}

/** `ALL` is what it stands for. */
export function samePrivileges(objectType: string, wanted: string[], found: string[]): boolean {
    const expanded = wanted.includes("ALL") ? (PRIVILEGES[objectType] ?? []) : wanted;
    return [...expanded].sort().join() === [...found].sort().join();
}

/** Takes away what was there, so that fewer privileges than before are possible. */
export function revokeStatement(grant: Grant): string {
    // The objects' columns may have grants of their own, which `ALL` would take along.
    const privileges =
        grant.objects.length > 0 && grant.privileges.length > 0 ? grant.privileges.join(", ") : "ALL PRIVILEGES";
    return `REVOKE ${privileges} ON ${target(grant)} FROM ${identifier(grant.role)}`;
}

/** Nothing, when there is nothing to grant. */
export function grantStatements(grant: Grant): string[] {
    const option = grant.withGrantOption ? " WITH GRANT OPTION" : "";
    return grant.privileges.length === 0
        ? []
        : [`GRANT ${grant.privileges.join(", ")} ON ${target(grant)} TO ${identifier(grant.role)}${option}`];
}

export function revokeDefaultsStatement(defaults: DefaultPrivileges): string {
    return `${alterDefaults(defaults)} REVOKE ALL ON ${plural(defaults)} FROM ${identifier(defaults.role)}`;
}

export function grantDefaultsStatements(defaults: DefaultPrivileges): string[] {
    const option = defaults.withGrantOption ? " WITH GRANT OPTION" : "";
    const grant = `GRANT ${defaults.privileges.join(", ")} ON ${plural(defaults)} TO ${identifier(defaults.role)}`;
    return defaults.privileges.length === 0 ? [] : [`${alterDefaults(defaults)} ${grant}${option}`];
}

function alterDefaults({ owner, schema }: DefaultPrivileges): string {
    const scope = schema ? ` IN SCHEMA ${identifier(schema)}` : "";
    return `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)}${scope}`;
}

function plural({ objectType }: { objectType: string }): string {
    return `${objectType.toUpperCase()}S`;
}

function target(grant: Grant): string {
    const { objectType, objects, database } = grant;
    const schema = identifier(grant.schema ?? "");
    if (objectType === "database") {
        return `DATABASE ${identifier(database)}`;
    }
    if (objectType === "schema") {
        return `SCHEMA ${schema}`;
    }
    return objects.length === 0
        ? `ALL ${plural(grant)} IN SCHEMA ${schema}`
        : `${objectType.toUpperCase()} ${objects.map((object) => `${schema}.${signature(object)}`).join(", ")}`;
}

/** An overloaded function is named with its argument types, which stay as they are. */
function signature(object: string): string {
    const [, name, argumentTypes] = /^([^(]*)(\([\w\s,."[\]]*\))?$/.exec(object) ?? [];
    return name ? identifier(name) + (argumentTypes ?? "") : identifier(object);
}

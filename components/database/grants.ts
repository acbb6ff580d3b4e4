/** Who may do what inside the database, as data. Pure; no Pulumi import. */

/** PostgreSQL's name for everybody. */
const PUBLIC = "public";

/** A GRANT on what exists now, or with an owner, on what that role will create. */
export interface Privilege<Name> {
    /** Last part of the resource's name. */
    name: string;
    role: Name | typeof PUBLIC;
    database: Name | "postgres" | "template1";
    objectType: "database" | "schema" | "table" | "function";
    /** Left out for database privileges, and for default privileges that take something away from PUBLIC. */
    schema?: string;
    /** What may be done; an empty list takes everything away. */
    privileges: string[];
    /** Role whose future objects are meant; left out for the objects of today. */
    futureObjectsOf?: Name;
}

/** Names that the privileges are about; they may be known only later. */
export interface PrivilegeNames<Name> {
    database: Name;
    owner: Name;
    reader: Name;
}

/**
 * The privileges of the read-only role, in the order in which they must be made: one after the other, since PostgreSQL
 * answers parallel grants on one object with "tuple concurrently updated".
 *
 * Everything is taken away from PUBLIC first. By default it may connect to every database, make temporary tables, and
 * execute every function, a SECURITY DEFINER one with its owner's rights too.
 */
export function readOnlyPrivileges<Name>(names: PrivilegeNames<Name>, schema: string): Privilege<Name>[] {
    const { database, owner, reader } = names;
    const everybody = { role: PUBLIC, database, privileges: [] as string[] } as const;
    const readers = { role: reader, database } as const;
    return [
        { ...everybody, name: "public-database", objectType: "database" },
        { ...everybody, name: "public-postgres", objectType: "database", database: "postgres" },
        { ...everybody, name: "public-template1", objectType: "database", database: "template1" },
        { ...everybody, name: "public-schema", objectType: "schema", schema },
        { ...everybody, name: "public-functions", objectType: "function", schema },
        { ...everybody, name: "public-future-functions", objectType: "function", futureObjectsOf: owner },
        { ...readers, name: "connect", objectType: "database", privileges: ["CONNECT"] },
        { ...readers, name: "usage", objectType: "schema", schema, privileges: ["USAGE"] },
        { ...readers, name: "tables", objectType: "table", schema, privileges: ["SELECT"] },
        {
            ...readers,
            name: "future-tables",
            objectType: "table",
            schema,
            privileges: ["SELECT"],
            futureObjectsOf: owner,
        },
    ];
}

/** Who may do what inside the database, as data. Pure; no Pulumi import. */

/** PostgreSQL's name for everybody. */
const PUBLIC = "public";

/**
 * Functions that make large objects or write into them. A large object belongs to no schema that could be closed. None of
 * the names is overloaded, so that they need no types of arguments.
 */
const LARGE_OBJECT_WRITERS = [
    "lo_creat",
    "lo_create",
    "lo_from_bytea",
    "lo_put",
    "lo_truncate",
    "lo_truncate64",
    "lo_unlink",
    "lowrite",
];

/** A GRANT on what exists now, or with an owner, on what that role will create. */
export interface Privilege<Name> {
    /** Last part of the resource's name. */
    name: string;
    role: Name | typeof PUBLIC;
    database: Name | "postgres" | "template1";
    objectType: "database" | "schema" | "table" | "sequence" | "function";
    /** Left out for database privileges, and for default privileges that take something away from PUBLIC. */
    schema?: string;
    /** The objects; left out for all of the kind in the schema. */
    objects?: string[];
    /** What may be done; an empty list takes everything away. */
    privileges: string[];
    /** Role whose future objects are meant; left out for the objects of today. */
    futureObjectsOf?: Name;
}

/** Names that the privileges of every role are about; they may be known only later. */
export interface PrivilegeNames<Name> {
    database: Name;
    owner: Name;
}

/**
 * The privileges of the read-only role, in the order in which they must be made: one after the other, since PostgreSQL
 * answers parallel grants on one object with "tuple concurrently updated".
 *
 * Everything is taken away from PUBLIC first. By default it may connect to every database, make temporary tables, make
 * and write large objects, and execute every function, a SECURITY DEFINER one with its owner's rights too.
 */
export function readOnlyPrivileges<Name>(
    names: PrivilegeNames<Name> & { reader: Name },
    schema: string,
): Privilege<Name>[] {
    const { database, owner, reader } = names;
    const everybody = { role: PUBLIC, database, privileges: [] as string[] } as const;
    return [
        { ...everybody, name: "public-database", objectType: "database" },
        { ...everybody, name: "public-postgres", objectType: "database", database: "postgres" },
        { ...everybody, name: "public-template1", objectType: "database", database: "template1" },
        { ...everybody, name: "public-schema", objectType: "schema", schema },
        { ...everybody, name: "public-functions", objectType: "function", schema },
        {
            ...everybody,
            name: "public-large-objects",
            objectType: "function",
            schema: "pg_catalog",
            objects: LARGE_OBJECT_WRITERS,
        },
        { ...everybody, name: "public-future-functions", objectType: "function", futureObjectsOf: owner },
        ...accessPrivileges("", reader, names, schema, { table: ["SELECT"] }),
    ];
}

/**
 * The privileges of the role that writes, made after those of the read-only role. Not TRUNCATE, which passes by row-level
 * security, nor REFERENCES and TRIGGER, by which others' statements could be watched.
 */
export function readWritePrivileges<Name>(
    names: PrivilegeNames<Name> & { writer: Name },
    schema: string,
): Privilege<Name>[] {
    return accessPrivileges("readwrite-", names.writer, names, schema, {
        table: ["SELECT", "INSERT", "UPDATE", "DELETE"],
        // The next number for a new row.
        sequence: ["USAGE"],
    });
}

/** The way to a schema and what may be done there, with what exists and with what the owner makes later. */
function accessPrivileges<Name>(
    prefix: string,
    role: Name,
    { database, owner }: PrivilegeNames<Name>,
    schema: string,
    objects: { [ObjectType in "table" | "sequence"]?: string[] },
): Privilege<Name>[] {
    const common = { role, database };
    const onObjects = (objectType: "table" | "sequence"): Privilege<Name>[] => {
        const { [objectType]: privileges } = objects;
        if (privileges === undefined) {
            return [];
        }
        const now = { ...common, name: `${prefix}${objectType}s`, objectType, schema, privileges };
        return [now, { ...now, name: `${prefix}future-${objectType}s`, futureObjectsOf: owner }];
    };
    return [
        { ...common, name: `${prefix}connect`, objectType: "database", privileges: ["CONNECT"] },
        { ...common, name: `${prefix}usage`, objectType: "schema", schema, privileges: ["USAGE"] },
        ...onObjects("table"),
        ...onObjects("sequence"),
    ];
}

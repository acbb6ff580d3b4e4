/** The Role resource. */
import { createHash } from "node:crypto";
import { escapeIdentifier as identifier } from "pg";
import { checkProperties, type Properties } from "../properties";
import type { ResourceType } from "../resource-type";
import type { Props } from "../wire";
import { differences, foundInputs, sorted } from "./differences";
import { lockRole, withRolesGranted } from "./membership";
import { alterRole, createRole, parseRoleSettings, type Role } from "./role-sql";
import { type Server, type Session, step } from "./server";

const PROPERTIES: Properties = {
    name: { kind: "string", required: true },
    login: { kind: "boolean", default: false },
    password: { kind: "string" },
    superuser: { kind: "boolean", default: false },
    createDatabase: { kind: "boolean", default: false },
    createRole: { kind: "boolean", default: false },
    inherit: { kind: "boolean", default: true },
    replication: { kind: "boolean", default: false },
    bypassRowLevelSecurity: { kind: "boolean", default: false },
    connectionLimit: { kind: "integer", default: -1, minimum: -1 },
    validUntil: { kind: "string", default: "infinity" },
    roles: { kind: "strings", default: [] },
    searchPaths: { kind: "strings", default: [] },
    statementTimeout: { kind: "integer", minimum: 0 },
    idleInTransactionSessionTimeout: { kind: "integer", minimum: 0 },
    assumeRole: { kind: "string" },
    skipDropRole: { kind: "boolean", default: false },
    skipReassignOwned: { kind: "boolean", default: false },
};

interface RoleRow {
    rolsuper: boolean;
    rolinherit: boolean;
    rolcreaterole: boolean;
    rolcreatedb: boolean;
    rolcanlogin: boolean;
    rolconnlimit: number;
    rolvaliduntil: string;
    rolconfig: string[] | null;
    rolreplication: boolean;
    rolbypassrls: boolean;
    memberships: string[];
}

export function roleType(server: () => Server): ResourceType {
    return {
        secretOutputs: ["password"],
        async check(news) {
            const { inputs, failures } = checkProperties(PROPERTIES, news);
            return { inputs: sorted(inputs, ["roles"]), failures };
        },
        async diff(_id, state, olds, news) {
            return differences({ properties: PROPERTIES }, state, olds, news);
        },
        async create(inputs, { preview }) {
            const role = roleOf(inputs);
            if (preview) {
                return { id: "", outputs: inputs };
            }
            await server().transaction(undefined, (session) => execute(session, createRole(role), "creating", role));
            return { id: role.name, outputs: await outputsOf(server(), role) };
        },
        async read(id, state, inputs) {
            const name = String(state?.name ?? id);
            const found = await find(server(), name, state?.password as string | undefined);
            const flags = { skipDropRole: false, skipReassignOwned: false };
            const outputs = found && { ...flags, ...inputs, ...found };
            return outputs && { id, outputs, inputs: foundInputs(PROPERTIES, [], inputs ?? {}, outputs) };
        },
        async update(_id, state, news, { preview }) {
            if (preview) {
                return { ...state, ...news };
            }
            const [old, role] = [roleOf(state), roleOf(news)];
            await server().transaction(undefined, async (session) => {
                await lockRole(session, old.name);
                const memberships = (await row(session, old.name))?.memberships ?? [];
                await execute(session, alterRole(old, role, memberships), "updating", role);
            });
            return outputsOf(server(), role);
        },
        async delete(_id, state) {
            const role = roleOf(state);
            await server().transaction(undefined, async (session) => {
                await lockRole(session, role.name);
                if (!role.skipReassignOwned) {
                    await giveUpOwned(session, role.name, server().settings.databaseUsername);
                }
                if (!role.skipDropRole) {
                    await step(`could not delete role ${role.name}`, () =>
                        session.query(`DROP ROLE ${identifier(role.name)}`),
                    );
                }
            });
        },
    };
}

function roleOf(properties: Props): Role {
    return properties as unknown as Role;
}

async function outputsOf(server: Server, role: Role): Promise<Props> {
    return { ...role, ...(await find(server, role.name, role.password)) };
}

async function execute(session: Session, statements: string[], verb: string, role: Role): Promise<void> {
    for (const statement of statements) {
        await step(`error ${verb} role ${role.name}`, () => session.query(statement));
    }
}

async function giveUpOwned(session: Session, role: string, heir: string): Promise<void> {
    await withRolesGranted(session, [role], async () => {
        await step(`could not reassign owned by role ${role} to ${heir}`, () =>
            session.query(`REASSIGN OWNED BY ${identifier(role)} TO ${identifier(heir)}`),
        );
        await step(`could not drop owned by role ${role}`, () => session.query(`DROP OWNED BY ${identifier(role)}`));
    });
}

async function row(session: Session, name: string): Promise<RoleRow | undefined> {
    const [found] = await session.query<RoleRow & { rolname: string }>(
        `SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit, rolconfig, rolreplication,
            rolbypassrls, COALESCE(rolvaliduntil::text, 'infinity') AS rolvaliduntil,
            ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid
                ORDER BY 1) AS memberships
        FROM pg_roles WHERE rolname = $1`,
        [name],
    );
    return found;
}

async function find(server: Server, name: string, password: string | undefined): Promise<Props | undefined> {
    return server.session(undefined, async (session) => {
        const found = await step("error reading role", () => row(session, name));
        return (
            found && {
                name,
                login: found.rolcanlogin,
                superuser: found.rolsuper,
                createDatabase: found.rolcreatedb,
                createRole: found.rolcreaterole,
                inherit: found.rolinherit,
                replication: found.rolreplication,
                bypassRowLevelSecurity: found.rolbypassrls,
                connectionLimit: found.rolconnlimit,
                validUntil: found.rolvaliduntil,
                roles: found.memberships,
                ...parseRoleSettings(found.rolconfig ?? []),
                ...(password && {
                    password: await currentPassword(server, session, name, password, found.rolcanlogin),
                }),
            }
        );
    });
}

/** The password of the state when the server's hash may be one of it; a SCRAM hash is taken on trust. */
async function currentPassword(server: Server, session: Session, name: string, known: string, login: boolean) {
    if (!login || !server.settings.superuser) {
        return known;
    }
    const [shadow] = await step(
        "could not read role password from PostgreSQL; without superuser rights set `superuser` of the provider to false",
        () =>
            session.query<{ hash: string }>(
                "SELECT COALESCE(passwd, '') AS hash FROM pg_catalog.pg_shadow WHERE usename = $1",
                [name],
            ),
    );
    const hash = shadow?.hash ?? "";
    const plain = !known.startsWith("md5") && !known.startsWith("SCRAM-SHA-256");
    const md5 = `md5${createHash("md5")
        .update(known + name)
        .digest("hex")}`;
    return plain && (hash === md5 || hash.startsWith("SCRAM-SHA-256")) ? known : hash;
}

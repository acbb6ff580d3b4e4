/** The Grant resource: what a role may do with objects that exist. */
import { checkProperties, type Properties } from "../properties";
import type { CheckFailure, ResourceType } from "../resource-type";
import { containsUnknown, type Props } from "../wire";
import { differences, foundInputs, sorted } from "./differences";
import { GRANT_OBJECT_TYPES, type Grant, grantStatements, privilegesFault, revokeStatement } from "./grant-sql";
import { lockDatabase, lockRole, withRolesGranted } from "./membership";
import { exists, grantedPrivileges } from "./privileges";
import { type Server, type Session, step } from "./server";

const PROPERTIES: Properties = {
    role: { kind: "string", required: true },
    database: { kind: "string", required: true },
    objectType: { kind: "string", required: true, values: GRANT_OBJECT_TYPES },
    schema: { kind: "string" },
    objects: { kind: "strings", default: [] },
    privileges: { kind: "strings", required: true },
    withGrantOption: { kind: "boolean", default: false },
};

const RULES = {
    properties: PROPERTIES,
    replaced: Object.keys(PROPERTIES).filter((name) => name !== "privileges"),
    deleteBeforeReplace: true,
};

export function grantType(server: () => Server): ResourceType {
    return {
        async check(news) {
            const { inputs, failures } = checkProperties(PROPERTIES, news);
            if (failures.length === 0 && !containsUnknown(inputs)) {
                failures.push(...faults(grantOf(inputs)));
            }
            return { inputs: sorted(inputs, ["objects", "privileges"]), failures };
        },
        async diff(_id, state, olds, news) {
            return differences(RULES, state, olds, news);
        },
        async create(inputs, { preview }) {
            if (preview) {
                return { id: "", outputs: inputs };
            }
            const grant = grantOf(inputs);
            await apply(server(), grant, [revokeStatement(grant), ...grantStatements(grant)]);
            return { id: idOf(grant), outputs: await outputsOf(server(), grant) };
        },
        async read(id, state, inputs) {
            if (!state) {
                throw new Error("the offline stand-in can't import a Grant");
            }
            const grant = grantOf(state);
            if (!(await exists(server(), grant))) {
                return undefined;
            }
            const outputs = await outputsOf(server(), grant);
            return { id, outputs, inputs: foundInputs(PROPERTIES, [], inputs ?? {}, outputs) };
        },
        async update(_id, state, news, { preview }) {
            const grant = grantOf(news);
            if (preview) {
                return news;
            }
            await apply(server(), grant, [revokeStatement(grantOf(state)), ...grantStatements(grant)]);
            return outputsOf(server(), grant);
        },
        async delete(_id, state) {
            const grant = grantOf(state);
            await apply(server(), grant, [revokeStatement(grant)]);
        },
    };
}

function grantOf(properties: Props): Grant {
    return properties as unknown as Grant;
}

function idOf(grant: Grant): string {
    const schema = grant.objectType === "database" ? [] : [grant.schema];
    return [grant.role, grant.database, ...schema, grant.objectType, ...grant.objects].join("_");
}

function faults({ objectType, schema, objects, privileges }: Grant): CheckFailure[] {
    const failures: CheckFailure[] = [];
    if (!schema && objectType !== "database") {
        failures.push({ property: "schema", reason: `is required for object type ${objectType}` });
    }
    if (objects.length > 0 && (objectType === "database" || objectType === "schema")) {
        failures.push({ property: "objects", reason: `must be empty for object type ${objectType}` });
    }
    const reason = privilegesFault(objectType, privileges);
    return reason ? [...failures, { property: "privileges", reason }] : failures;
}

/** In one transaction, so that nobody loses a privilege between the revoke and the grant. */
async function apply(server: Server, grant: Grant, statements: string[]): Promise<void> {
    await server.transaction(grant.database, async (session) => {
        await lockRole(session, grant.role);
        if (grant.objectType === "database") {
            await lockDatabase(session, grant.database);
        }
        await withRolesGranted(session, await owners(session, grant), async () => {
            for (const statement of statements) {
                await step(`could not execute ${statement}`, () => session.query(statement));
            }
        });
    });
}

/** The owners of what the grant is about: nobody else but a superuser may change its privileges. */
async function owners(session: Session, { objectType, schema }: Grant): Promise<string[]> {
    if (objectType === "database") {
        return [];
    }
    const rows = await session.query<{ owner: string }>(
        `SELECT pg_get_userbyid(nspowner)::text AS owner FROM pg_namespace WHERE nspname = $1
        UNION SELECT tableowner::text FROM pg_tables WHERE schemaname = $1 AND $2`,
        [schema, objectType !== "schema"],
    );
    const [database] = await session.query<{ owner: string }>(
        "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = current_database()",
    );
    return rows.map(({ owner }) => (owner === "pg_database_owner" ? (database?.owner ?? owner) : owner));
}

async function outputsOf(server: Server, grant: Grant): Promise<Props> {
    const privileges = await server.session(grant.database, (session) => grantedPrivileges(session, grant));
    return { ...grant, privileges };
}

/** The Database resource. */
import { checkProperties, type Properties } from "../properties";
import type { ResourceType } from "../resource-type";
import { type Props, UNKNOWN } from "../wire";
import { alterDatabase, createDatabase, type Database, dropDatabase } from "./database-sql";
import { differences, foundInputs } from "./differences";
import { borrowRole } from "./membership";
import { type Server, step } from "./server";

const PROPERTIES: Properties = {
    name: { kind: "string", required: true },
    owner: { kind: "string" },
    template: { kind: "string", default: "template0" },
    encoding: { kind: "string", default: "UTF8" },
    lcCollate: { kind: "string" },
    lcCtype: { kind: "string" },
    connectionLimit: { kind: "integer", default: -1, minimum: -1 },
    allowConnections: { kind: "boolean", default: true },
    isTemplate: { kind: "boolean", default: false },
};

const COMPUTED = ["owner", "lcCollate", "lcCtype"] as const;

const RULES = {
    properties: PROPERTIES,
    computed: COMPUTED,
    replaced: ["template", "encoding", "lcCollate", "lcCtype"],
};

interface DatabaseRow {
    owner: string;
    encoding: string;
    lcCollate: string;
    lcCtype: string;
    connectionLimit: number;
    allowConnections: boolean;
    isTemplate: boolean;
}

export function databaseType(server: () => Server): ResourceType {
    return {
        async check(news) {
            return checkProperties(PROPERTIES, news);
        },
        async diff(_id, state, olds, news) {
            return differences(RULES, state, olds, news);
        },
        async create(inputs, { preview }) {
            if (preview) {
                const computed = Object.fromEntries(COMPUTED.map((name) => [name, UNKNOWN]));
                return { id: "", outputs: { ...computed, ...inputs } };
            }
            const database = databaseOf(inputs);
            const { databaseUsername } = server().settings;
            const statement = createDatabase(database, databaseUsername);
            await execute(server(), [statement], "creating", database);
            return { id: database.name, outputs: { ...inputs, ...(await find(server(), database.name)) } };
        },
        async read(id, state, inputs) {
            const name = String(state?.name ?? id);
            const found = await find(server(), name);
            const outputs = found && { template: "template0", ...inputs, ...found };
            return outputs && { id, outputs, inputs: foundInputs(PROPERTIES, COMPUTED, inputs ?? {}, outputs) };
        },
        async update(_id, state, news, { preview }) {
            if (!preview) {
                const database = databaseOf(news);
                await execute(server(), alterDatabase(databaseOf(state), database), "updating", database);
                return { ...news, ...(await find(server(), database.name)) };
            }
            return { ...state, ...news };
        },
        async delete(_id, state) {
            const database = databaseOf(state);
            await execute(server(), dropDatabase(database), "dropping", database);
        },
    };
}

function databaseOf(properties: Props): Database {
    return properties as unknown as Database;
}

async function execute(server: Server, statements: string[], verb: string, database: Database): Promise<void> {
    await server.session(undefined, (session) =>
        borrowRole(session, database.owner, async () => {
            for (const statement of statements) {
                await step(`error ${verb} database ${database.name}`, () => session.query(statement));
            }
        }),
    );
}

async function find(server: Server, name: string): Promise<Props | undefined> {
    const [found] = await server.session(undefined, (session) =>
        step("error reading database", () =>
            session.query<DatabaseRow>(
                `SELECT pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding,
                    datcollate AS "lcCollate", datctype AS "lcCtype", datconnlimit AS "connectionLimit",
                    datallowconn AS "allowConnections", datistemplate AS "isTemplate"
                FROM pg_database WHERE datname = $1`,
                [name],
            ),
        ),
    );
    return found && { name, ...found };
}

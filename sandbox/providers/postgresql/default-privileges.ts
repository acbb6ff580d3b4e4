/** The DefaultPrivileges resource: what a role may do with objects that another role will create. */
import { checkProperties, type Properties } from "../properties";
import type { CheckFailure, ResourceType } from "../resource-type";
import { containsUnknown, type Props } from "../wire";
import { differences, foundInputs, sorted } from "./differences";
import {
    DEFAULT_PRIVILEGES_OBJECT_TYPES,
    type DefaultPrivileges,
    grantDefaultsStatements,
    privilegesFault,
    revokeDefaultsStatement,
} from "./grant-sql";
import { lockRole, withRolesGranted } from "./membership";
import { exists, grantedDefaults } from "./privileges";
import { type Server, step } from "./server";

const PROPERTIES: Properties = {
    role: { kind: "string", required: true },
    database: { kind: "string", required: true },
    owner: { kind: "string", required: true },
    objectType: { kind: "string", required: true, values: DEFAULT_PRIVILEGES_OBJECT_TYPES },
    schema: { kind: "string" },
    privileges: { kind: "strings", required: true },
    withGrantOption: { kind: "boolean", default: false },
};

const RULES = {
    properties: PROPERTIES,
    replaced: Object.keys(PROPERTIES).filter((name) => name !== "privileges"),
};

export function defaultPrivilegesType(server: () => Server): ResourceType {
    return {
        async check(news) {
            const { inputs, failures } = checkProperties(PROPERTIES, news);
            if (failures.length === 0 && !containsUnknown(inputs)) {
                failures.push(...faults(defaultsOf(inputs)));
            }
            return { inputs: sorted(inputs, ["privileges"]), failures };
        },
        async diff(_id, state, olds, news) {
            return differences(RULES, state, olds, news);
        },
        async create(inputs, { preview }) {
            const defaults = defaultsOf(inputs);
            if (preview) {
                return { id: "", outputs: inputs };
            }
            await apply(server(), defaults, [revokeDefaultsStatement(defaults), ...grantDefaultsStatements(defaults)]);
            return { id: idOf(defaults), outputs: await outputsOf(server(), defaults) };
        },
        async read(id, state, inputs) {
            if (!state) {
                throw new Error("the offline stand-in can't import DefaultPrivileges");
            }
            const defaults = defaultsOf(state);
            if (!(await exists(server(), defaults))) {
                return undefined;
            }
            const outputs = await outputsOf(server(), defaults);
            const gone = outputs.privileges.length === 0 && defaults.privileges.length > 0;
            return gone ? undefined : { id, outputs, inputs: foundInputs(PROPERTIES, [], inputs ?? {}, outputs) };
        },
        async update(_id, _state, news, { preview }) {
            const defaults = defaultsOf(news);
            if (preview) {
                return news;
            }
            await apply(server(), defaults, [revokeDefaultsStatement(defaults), ...grantDefaultsStatements(defaults)]);
            return outputsOf(server(), defaults);
        },
        async delete(_id, state) {
            const defaults = defaultsOf(state);
            await apply(server(), defaults, [revokeDefaultsStatement(defaults)]);
        },
    };
}

function defaultsOf(properties: Props): DefaultPrivileges {
    return properties as unknown as DefaultPrivileges;
}

function idOf({ role, database, schema, owner, objectType }: DefaultPrivileges): string {
    return [role, database, schema || "noschema", owner, objectType].join("_");
}

function faults({ role, schema, objectType, privileges, withGrantOption }: DefaultPrivileges): CheckFailure[] {
    const failures: CheckFailure[] = [];
    if (schema && objectType === "schema") {
        failures.push({ property: "schema", reason: "must be empty for object type schema" });
    }
    if (withGrantOption && role.toLowerCase() === "public") {
        failures.push({ property: "withGrantOption", reason: "cannot be true for role public" });
    }
    const reason = privilegesFault(objectType, privileges);
    return reason ? [...failures, { property: "privileges", reason }] : failures;
}

async function apply(server: Server, defaults: DefaultPrivileges, statements: string[]): Promise<void> {
    await server.transaction(defaults.database, async (session) => {
        await lockRole(session, defaults.owner);
        await withRolesGranted(session, [defaults.owner], async () => {
            for (const statement of statements) {
                await step(`could not execute ${statement}`, () => session.query(statement));
            }
        });
    });
}

async function outputsOf(server: Server, defaults: DefaultPrivileges): Promise<DefaultPrivileges & Props> {
    const privileges = await server.session(defaults.database, (session) => grantedDefaults(session, defaults));
    return { ...defaults, privileges };
}

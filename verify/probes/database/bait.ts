/** A table of the owner's that attacks are tried on: what is there already is left alone. */
import type { Field } from "../../field";
import { Unproven } from "../../probe";
import { serverPlace } from "./psql";

/** The table; one that a killed run left is made anew. */
export const BAIT = "bulwark_verify_bait";

/** Tenants with a row each. */
export const TENANTS = ["00000000-0000-4000-8000-00000000ba17", "00000000-0000-4000-8000-00000000ba18"] as const;

/**
 * Makes the table once for all probes, as the database's owner would, by the owner's credentials in the server's pod. With
 * SQL, that is done to it afterwards.
 */
export async function layBait(field: Field, sql?: string): Promise<void> {
    await field.shared("bait", async () => {
        const { tenants } = field.target;
        const column = quoted(tenants?.column ?? "tenant");
        const rows = TENANTS.map((tenant, index) => `(${index}, '${tenant}', 'bait')`);
        field.afterwards(() => asOwner(field, `DROP TABLE IF EXISTS ${BAIT};`));
        await asOwner(
            field,
            `DROP TABLE IF EXISTS ${BAIT};
CREATE TABLE ${BAIT} (id int PRIMARY KEY, ${column} uuid, word text);
INSERT INTO ${BAIT} VALUES ${rows.join(", ")};`,
        );
    });
    if (sql !== undefined) {
        await asOwner(field, `${sql};`);
    }
}

export function quoted(name: string): string {
    return `"${name.replace(/"/g, '""')}"`;
}

async function asOwner(field: Field, text: string): Promise<void> {
    const { database } = field.target;
    if (database.ownerSecret === undefined || database.name === undefined) {
        throw new Unproven("the stack doesn't tell the database's owner");
    }
    const { data } = await field.api.get<{ data: Record<string, string> }>(
        `/api/v1/namespaces/${database.namespace}/secrets/${database.ownerSecret}`,
    );
    const value = (key: string) =>
        Buffer.from(data[key] ?? "", "base64")
            .toString("utf8")
            .replace(/'/g, `'\\''`);
    const script = `export LC_ALL=C PGHOST=127.0.0.1 PGPORT=${database.podPort} PGSSLMODE=require PGDATABASE='${database.name}'
export PGUSER='${value("username")}' PGPASSWORD='${value("password")}'
psql -XAtq -v ON_ERROR_STOP=1 <<'END_OF_SQL'
SET client_min_messages = warning;
${text}
END_OF_SQL`;
    const { code, stderr } = await field.run(await serverPlace(field), script);
    if (code !== 0) {
        throw new Unproven(`the owner can't prepare a table for the attack: ${stderr}`);
    }
}

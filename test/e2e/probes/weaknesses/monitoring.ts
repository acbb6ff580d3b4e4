import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readFrom } from "../../../../verify/probes/monitoring/records";
import type { Ground, Undo, Weakness } from "../weakness";
import { asSuperuser } from "./database";

/** The API server reads its audit policy when it starts; this is its log under one that leaves ways into pods and Secrets out. */
async function auditLess(ground: Ground): Promise<Undo> {
    const whole = ground.options.auditLog ?? "";
    const folder = fs.mkdtempSync(path.join(tmpdir(), "bulwark-audit-"));
    const partial = path.join(folder, "audit.log");
    fs.writeFileSync(partial, "");
    let read = fs.statSync(whole).size;
    const copy = setInterval(() => {
        const end = readFrom(whole, read);
        const lines = end.slice(0, end.lastIndexOf("\n") + 1);
        read += Buffer.byteLength(lines);
        const left = lines.split(/(?<=\n)/).filter((line) => !/"resource":"secrets"|"subresource":"exec"/.test(line));
        fs.appendFileSync(partial, left.join(""));
    }, 500);
    ground.options = { ...ground.options, auditLog: partial };
    return async () => {
        clearInterval(copy);
        ground.options = { ...ground.options, auditLog: whole };
        fs.rmSync(folder, { recursive: true });
    };
}

export const MONITORING: Weakness[] = [
    {
        what: "the API server's audit of ways into pods, and of Secrets",
        probes: ["monitoring/exec-recorded", "monitoring/secret-read-recorded"],
        switchOff: auditLess,
    },
    {
        what: "the database's logs",
        probes: ["monitoring/failed-login-recorded", "monitoring/schema-change-recorded"],
        switchOff: async (ground) => {
            const settings = { log_min_messages: "panic", "pgaudit.log": "none" };
            const alter = async (what: string[]) => {
                await asSuperuser(ground, [...what, "SELECT pg_reload_conf()"].map((each) => `${each};`).join("\n"));
            };
            await alter(Object.entries(settings).map(([name, value]) => `ALTER SYSTEM SET ${name} = '${value}'`));
            return () => alter(Object.keys(settings).map((name) => `ALTER SYSTEM RESET ${name}`));
        },
    },
];

/** Images from registries, for a node that has no way to any: they are fetched on the machine and handed to the node. */
import { logFile } from "../paths";
import { run, runWithin, SandboxError } from "../shell";
import { isLoopback } from "../sources/reach";
import { ctr } from "./node";

/** Seconds that a try may take; a later one goes on with what it has fetched. */
const PATIENCE_SECONDS = 600;
const TRIES = 3;
/** More tries change nothing about these. */
const FINAL = /^not found$|401 Unauthorized|403 Forbidden|authorization failed|insufficient_scope/;

/** Those among the images that the node doesn't have. */
export async function missingImages(names: string[]): Promise<string[]> {
    const present = new Set((await run("ctr", [...ctr, "images", "list", "--quiet"])).split("\n"));
    return names.filter((name) => !present.has(name));
}

/** Fetches all of the images or none: where one can't be had, those that were fetched go again. */
export async function pullImages(names: string[], pauseMilliseconds = 2_000): Promise<void> {
    const pulled: string[] = [];
    try {
        for (const name of names) {
            await pullImage(name, pauseMilliseconds);
            pulled.push(name);
        }
    } catch (error) {
        await removeImages(pulled);
        throw error;
    }
}

/** Takes images from the node. */
export async function removeImages(names: string[]): Promise<void> {
    if (names.length > 0) {
        await run("ctr", [...ctr, "images", "remove", ...names], { log: logFile("images") });
    }
}

async function pullImage(name: string, pauseMilliseconds: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
        try {
            return await fetchOnce(name);
        } catch (error) {
            const reason = reasonOf(error as Error).replace(`${name}: `, "");
            if (attempt === TRIES || FINAL.test(reason)) {
                throw new SandboxError(`${name}: ${reason}`);
            }
            await new Promise((resolve) => setTimeout(resolve, attempt * pauseMilliseconds));
        }
    }
}

/** `ctr` fetches itself, in the machine's network. Later releases leave that to containerd, which is in the node's. */
async function fetchOnce(name: string): Promise<void> {
    const local = (await run("ctr", ["images", "pull", "--help"])).includes("--local") ? ["--local"] : [];
    const plain = isLoopback(name.slice(0, name.indexOf("/"))) ? ["--plain-http"] : [];
    const pull = [...ctr, "images", "pull", ...local, ...plain, name];
    await runWithin(PATIENCE_SECONDS, "ctr", pull, { log: logFile("images") });
}

/** The client's own last word, without the name that it repeats. */
function reasonOf({ message }: Error): string {
    const said = message.split("\n").findLast((line) => line.startsWith("ctr: "));
    return said?.replace(/^ctr: (failed to resolve reference "[^"]*": )?/, "") ?? message.split("\n")[0] ?? "";
}

/**
 * Decides for each part of the program whether the sandbox's own node runs its real chart and images or a stand-in. The
 * real ones are all there or none is used, and what was decided holds until the sandbox is taken down: a server would
 * not read another one's data.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { missingImages, pullImages } from "../cluster/image-pull";
import type { StackConfig } from "../engine";
import { repositoryFolder, stateFolder } from "../paths";
import { progress } from "../progress";
import { type ReleaseSettings, templateArguments } from "../providers/kubernetes/helm-arguments";
import { run, runWithin, SandboxError } from "../shell";
import { podImages, registryOf } from "./images";
import { chartHost, PARTS, type Part, type PlannedPart, plannedParts, type Registered } from "./planned";
import { assertReachable } from "./reach";

export type { Part } from "./planned";

/** Why a part has its stand-in, by part; a part that isn't named has its real chart and images. */
export type StandIns = Partial<Record<Part, string>>;

/** What was decided before, by part: the reason for the stand-in, or null for the real chart. */
type Decisions = Partial<Record<Part, string | null>>;

const HELM_SECONDS = 60;

/** Variable that asks for the stand-ins, whatever can be reached. */
export const SWITCH = "BULWARK_STAND_INS";

/** Whether it does. */
export function standInsAsked(): boolean {
    return Boolean(process.env[SWITCH]);
}

/** Decides, and gives the node the images of the parts that need no stand-in. `program` is asked while that is open. */
export async function chooseSources(
    helm: string,
    program: () => Promise<Registered[]>,
    file = path.join(stateFolder, "sources.json"),
): Promise<StandIns> {
    const before: Decisions = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
    const open = PARTS.filter((part) => typeof before[part] !== "string");
    const planned = open.length > 0 ? plannedParts(await program()) : {};
    const now = await Promise.all(
        open.map(async (part) => {
            const wanted = planned[part];
            if (wanted === undefined) {
                return [];
            }
            return [[part, standInsAsked() ? `${SWITCH} is set` : await whyNot(helm, wanted)] as const];
        }),
    );
    const decided: Decisions = { ...before, ...Object.fromEntries(now.flat()) };
    for (const part of PARTS) {
        if (before[part] === null && typeof decided[part] === "string") {
            throw new SandboxError(
                `The sandbox runs with the real chart, which can't be had any more: ${decided[part]}\n` +
                    "`npm run sandbox -- down` takes the sandbox away, so that the next one decides anew.",
            );
        }
    }
    fs.writeFileSync(file, JSON.stringify(decided));
    const standIns = Object.entries(decided).filter(([, reason]) => typeof reason === "string");
    return Object.fromEntries(standIns) as StandIns;
}

/** Makes everything ready that a part needs, and returns what it can't have, or null. */
async function whyNot(helm: string, { release, images }: PlannedPart): Promise<string | null> {
    try {
        const host = chartHost(release);
        await assertReachable(host === undefined ? [] : [addressOf(host)]);
        const all = [...images, ...podImages(await rendered(helm, release))];
        const always = all.find(({ alwaysPulled }) => alwaysPulled);
        if (always !== undefined) {
            throw new SandboxError(
                `${always.name} is asked of its registry at every start, and the node has no way out`,
            );
        }
        const missing = await missingImages([...new Set(all.map(({ name }) => name))]);
        await assertReachable(missing.map(registryOf));
        if (missing.length > 0) {
            await progress.step(`fetch ${missing.join(", ")}`, () => pullImages(missing));
        }
        return null;
    } catch (error) {
        if (error instanceof SandboxError) {
            return oneLine(error.message);
        }
        throw error;
    }
}

/** The chart's objects with the values of the program, tests left out since nobody runs them. */
async function rendered(helm: string, release: ReleaseSettings): Promise<unknown[]> {
    const args = [...templateArguments(release), "--skip-tests"];
    const manifest = await runWithin(HELM_SECONDS, helm, args, { input: JSON.stringify(release.values ?? {}) });
    return parseAllDocuments(manifest).map((document) => document.toJS());
}

/** What the program asks of Kubernetes with the given settings, from a process of its own. */
export function programWith(config: StackConfig): Promise<Registered[]> {
    const args = ["--import", "tsx", path.join(__dirname, "record.ts")];
    return run(process.execPath, args, { cwd: repositoryFolder, input: JSON.stringify(config) }).then(
        JSON.parse,
        (error: Error) => {
            // What follows the first line is the program's own word.
            throw new SandboxError(error.message.split("\n").slice(1).join("\n"));
        },
    );
}

/** Without a port where it is that of HTTPS, as image names have it too. */
function addressOf({ protocol, host, port }: URL): string {
    return protocol === "http:" && port === "" ? `${host}:80` : host;
}

function oneLine(message: string): string {
    const lines = message.split("\n");
    const said = lines.findLast((line) => line.startsWith("Error: ")) ?? lines[0] ?? "";
    return said.replace(/^Error: /, "");
}

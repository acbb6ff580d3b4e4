/**
 * `npm run outdated`: what of all that is pinned has a newer version, and of what that can't be said. Nothing of it is a
 * fault, so the status is 0; what newer versions fix, `npm run audit` and `npm run scan -- images` tell.
 */
import { allPins, type Pin } from "./outdated-pins";
import { newerVersion } from "./outdated-versions";

const AT_ONCE = 8;

type Finding = { pin: Pin; newer?: string | undefined; unknown?: string };

async function look(pin: Pin): Promise<Finding> {
    try {
        const versions = await pin.versions();
        return versions.length === 0
            ? { pin, unknown: "no version was told" }
            : { pin, newer: newerVersion(pin.version, versions) };
    } catch (error) {
        return { pin, unknown: reasonOf(error) };
    }
}

/** The first thing that was said; `fetch` hides it behind another one. */
function reasonOf(error: unknown): string {
    const { message, cause } = error as Error;
    return (cause instanceof Error ? cause.message : message).split("\n")[0] ?? "";
}

async function main(): Promise<void> {
    const waiting = allPins();
    const kinds = [...new Set(waiting.map(({ kind }) => kind))];
    const findings: Finding[] = [];
    const worker = async () => {
        for (let pin = waiting.shift(); pin !== undefined; pin = waiting.shift()) {
            findings.push(await look(pin));
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const kind of kinds) {
        process.stdout.write(
            report(
                kind,
                findings.filter(({ pin }) => pin.kind === kind),
            ),
        );
    }
}

function report(kind: string, findings: Finding[]): string {
    const newer = findings.filter((each) => each.newer !== undefined);
    const unknown = findings.filter((each) => each.unknown !== undefined);
    const lines = [
        `${kind}: ${findings.length} pinned, ${newer.length} outdated, ${unknown.length} of which nothing could be learnt`,
        ...newer.map(({ pin, newer: version }) => `  ${pin.name} ${pin.version} -> ${version}`),
        ...unknown.map(({ pin, unknown: reason }) => `  ${pin.name} ${pin.version}: NOT CHECKED, ${reason}`),
    ];
    return `${lines.join("\n")}\n`;
}

main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
});

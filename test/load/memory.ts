/** How much memory the application's pods take, as each tells of itself. */
import { relay } from "../e2e/support/browser";
import { appPods } from "../e2e/support/sample-app-stack";
import { median } from "./figures";

const EVERY_MS = 1_000;

/** Bytes by pod, in the order in which they were told. */
export type Memory = Map<string, number[]>;

/** Asks every pod again and again while something is done; one that is starting or going may keep silent. */
export async function memoryDuring(work: () => Promise<unknown>): Promise<Memory> {
    const told: Memory = new Map();
    let over = false;
    const ask = async () => {
        while (!over) {
            for (const { name, address } of await appPods()) {
                const bytes = await residentBytes(address).catch(() => undefined);
                if (bytes !== undefined) {
                    told.set(name, [...(told.get(name) ?? []), bytes]);
                }
            }
            await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
        }
    };
    const working = work().finally(() => {
        over = true;
    });
    await Promise.all([working, ask()]);
    return told;
}

/** What a pod of all that were there took, in the middle. */
export function typicalBytes(memory: Memory): number {
    return median([...memory.values()].flat());
}

async function residentBytes(address: string): Promise<number | undefined> {
    const { body } = await relay.request(`http://${address}:8000/metrics`, {});
    const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(body) ?? [];
    return bytes === undefined ? undefined : Number(bytes);
}

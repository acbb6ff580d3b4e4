/** Durations as people write them: `10min`, `1h30min`, `500ms`. Pure; no Pulumi import. */
import { withoutStack } from "./without-stack";

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = /(\d+)\s*(ms|s|min|h|d)/gy;

/** PostgreSQL keeps its timeouts in a signed 32-bit number of milliseconds. */
const LONGEST = 2_147_483_647;

/**
 * The duration in milliseconds.
 *
 * @throws RangeError with what is wrong, when the text is no duration.
 */
export function parseDuration(text: string): number {
    const fault = durationFault(text);
    if (fault) {
        throw withoutStack(new RangeError(fault));
    }
    return sumOfParts(text) as number;
}

/** What is wrong with a duration, or undefined when it is one. */
export function durationFault(text: string): string | undefined {
    const sum = typeof text === "string" ? sumOfParts(text) : undefined;
    if (sum === undefined) {
        return `must be a duration with its unit (ms, s, min, h or d), is ${JSON.stringify(text)}; write for example "10min"`;
    }
    if (sum <= 0 || sum > LONGEST) {
        return `must be longer than 0 and at most 24 days, is ${JSON.stringify(text)}; write for example "10min"`;
    }
    return undefined;
}

function sumOfParts(text: string): number | undefined {
    const trimmed = text.trim();
    let sum = 0;
    PART.lastIndex = 0;
    while (PART.lastIndex < trimmed.length) {
        const part = PART.exec(trimmed);
        if (!part) {
            return undefined;
        }
        sum += Number(part[1]) * (MILLISECONDS[part[2] as string] as number);
    }
    return trimmed === "" ? undefined : sum;
}

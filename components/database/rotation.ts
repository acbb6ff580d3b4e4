/** Two credentials for a role, of which each rotation makes one new. Pure; no Pulumi import. */
import { wholeNumber } from "../numbers";

/** What is wrong with the count of rotations so far, or undefined. */
export const rotationFault = wholeNumber(0, 1_000_000);

/** The longest name of a role to which the suffix of a second login can be put. */
const LONGEST_NAME = 61;

/** The second login of a role; the role itself is its first. */
export function secondLogin(roleName: string): string {
    return `${roleName}_b`;
}

/** Whether it's the second login whose turn it is. */
export function isSecondsTurn(rotation: number): boolean {
    return rotation % 2 === 1;
}

/**
 * Each rotation that would go by more than a step, or back, in a line: an intermediate credential that no client ever
 * had, or one that clients have lost. A count that only one side knows stands for itself.
 */
export function leaps(before: Record<string, unknown>, after: Record<string, unknown>, settings: string[]): string[] {
    return settings
        .map((setting) => ({ setting, from: Number(before[setting]), to: Number(after[setting]) }))
        .filter(({ from, to }) => Number.isInteger(from) && Number.isInteger(to) && to !== from && to !== from + 1)
        .map(({ setting, from, to }) => `${setting}: is ${from}, can't become ${to}; write ${from + 1}, or leave it`);
}

/** What changes a generated value with each rotation, and never in a stack that has seen none. */
export function rotationKeepers(rotation: number): Record<string, string> | undefined {
    return rotation === 0 ? undefined : { rotation: String(rotation) };
}

/** What is wrong with the name of a role that is to have a second login, or undefined. */
export function secondLoginFault(rotation: number): (roleName: string) => string | undefined {
    return (roleName) =>
        rotation > 0 && roleName.length > LONGEST_NAME
            ? `must have at most ${LONGEST_NAME} characters, since its second login is called ${JSON.stringify(secondLogin(roleName))}`
            : undefined;
}

/** Whole numbers within bounds. Pure; no Pulumi import. */

/** A check for whole numbers between two bounds, both allowed. */
export function wholeNumber(least: number, most: number): (value: number) => string | undefined {
    return (value) =>
        Number.isInteger(value) && value >= least && value <= most
            ? undefined
            : `must be a whole number from ${least} to ${most}, is ${JSON.stringify(value)}`;
}

/** What is wrong with a TCP or UDP port, or undefined. */
export const portFault = wholeNumber(1, 65_535);

/** What is wrong with the port of a process without privileges, or undefined. */
export function unprivilegedPortFault(value: number): string | undefined {
    return wholeNumber(1_024, 65_535)(value) === undefined
        ? undefined
        : `must be a port from 1024 to 65535, is ${JSON.stringify(value)}; a process without capabilities can't listen below 1024`;
}

/** What is wrong with a user or group id that a container may run as, or undefined. */
export function userIdFault(value: number): string | undefined {
    return wholeNumber(1, 2_147_483_647)(value) === undefined
        ? undefined
        : `must be a whole number from 1 to 2147483647, is ${JSON.stringify(value)}; 0 is root, write for example 1001`;
}

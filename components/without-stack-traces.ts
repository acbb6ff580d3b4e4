/**
 * Runs what registers resources, and makes no text of the stack traces that are taken meanwhile. The SDK takes one for
 * each resource and promise, and whatever loads TypeScript (ts-node, tsx) looks each frame up in source maps: a quarter
 * of the program's start. An error that is thrown in here and read outside has its trace as ever.
 */
export function withoutStackTraces<T>(register: () => T): T {
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = String;
    try {
        return register();
    } finally {
        Error.prepareStackTrace = prepareStackTrace;
    }
}

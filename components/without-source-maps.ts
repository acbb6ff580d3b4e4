/**
 * Runs what registers resources, and takes the stack traces meanwhile as they are. The SDK takes one of every depth for
 * each resource, and whatever loads TypeScript (ts-node, tsx) looks each frame up in source maps: two fifths of the
 * time to the last registration. An error that is thrown in here and read outside has its lines of TypeScript as ever.
 */
export function withoutSourceMaps<T>(register: () => T): T {
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (error, frames) => [error, ...frames.map((frame) => `    at ${frame}`)].join("\n");
    try {
        return register();
    } finally {
        Error.prepareStackTrace = prepareStackTrace;
    }
}

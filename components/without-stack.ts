/** Errors for users. Pure; no Pulumi import. */

/**
 * The error without its stack, which tells a user nothing. Worse, the engine's host for component packages prints an
 * error with `util.inspect`, and in Node 20 that never ends on a frame of the SDK's sources: the plugin would hang
 * instead of reporting.
 */
export function withoutStack<E extends Error>(error: E): E {
    error.stack = error.message;
    return error;
}

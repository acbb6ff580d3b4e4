import { findSourceMap } from "node:module";

/**
 * Makes no text, from now on, of the stack traces that the SDK takes of each resource and promise, which only its
 * debugging reads: whatever loads TypeScript (ts-node, tsx) looks each frame up in source maps, two fifths of the
 * program's start. They are the errors without a message; all others keep their traces.
 */
export function skipStackTraces(): void {
    const { prepareStackTrace: inFull = mapped } = Error;
    if (inFull.name !== skipping.name) {
        Error.prepareStackTrace = skipping;
    }

    function skipping(error: Error, frames: NodeJS.CallSite[]): unknown {
        return error.message === "" ? String(error) : inFull(error, frames);
    }
}

/** As Node itself does it, which no longer does as soon as somebody else may. */
function mapped(error: Error, frames: NodeJS.CallSite[]): string {
    return [String(error), ...frames.map(place)].join("\n    at ");
}

function place(frame: NodeJS.CallSite): string {
    const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
    const map = findSourceMap(frame.getFileName() ?? "");
    if (map === undefined || line === null || column === null) {
        return String(frame);
    }
    const { fileName, lineNumber, columnNumber } = map.findOrigin(line, column) as Record<string, unknown>;
    return fileName === undefined
        ? String(frame)
        : `${frame.getFunctionName() ?? "<anonymous>"} (${fileName}:${lineNumber}:${columnNumber})`;
}

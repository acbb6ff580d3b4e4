import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSettings, SettingsError } from "../../../settings";
import { fields } from "../../../settings/schema";
import { configPath } from "../../../settings/show";
import { nearest } from "../../../settings/suggest";
import { soundSettings } from "./sound";

const PATHS = fields.map(({ path }) => path);

/** Groups and settings alike, for garbage at any depth. */
const ANYWHERE = [...new Set(PATHS.flatMap((path) => path.map((_, end) => path.slice(0, end + 1).join("."))))];

/** What a terminal would obey, or show as something else. */
const TERMINAL = ["a\nb: c", "\u001b[2J\u001b]0;title\u0007", "\u202egnp.exe", "\u0000", "\ud800"];

const HOSTILE = [
    ...TERMINAL,
    "'; DROP TABLE users; --",
    "$(reboot)",
    "`id`",
    "{{ .Values }}",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "__proto__",
    "constructor",
    "a".repeat(100_000),
];

describe("settings that are garbage", () => {
    const garbage = fc.oneof(
        fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withNullPrototype: true,
            withSparseArray: true,
        }),
        fc.jsonValue(),
        fc.constantFrom(...HOSTILE),
    );

    it("give nothing but sound settings or faults with a path, wherever they stand", () => {
        fc.assert(
            fc.property(fc.constantFrom(...ANYWHERE), garbage, (path, value) => {
                judge(() => parseSettings(planted(path.split("."), value)), path);
            }),
            { numRuns: 1500 },
        );
    });

    it("give nothing but faults as whole configurations", () => {
        fc.assert(
            fc.property(fc.dictionary(fc.string(), fc.anything()), fc.array(fc.string()), (raw, secretKeys) => {
                judge(() => parseSettings(raw, secretKeys));
            }),
        );
    });

    it("are not shown when they are secret", () => {
        const marked = fc.string({ minLength: 1 }).map((text) => `MARK${text}MARK`);
        fc.assert(
            fc.property(fc.constantFrom(...ANYWHERE), marked, fc.boolean(), (path, value, asKey) => {
                const [key = ""] = path.split(".");
                try {
                    parseSettings(planted(path.split("."), asKey ? { [value]: value } : value), [key]);
                } catch (error) {
                    assert.doesNotMatch((error as Error).message, /MARK/);
                }
            }),
            { numRuns: 1000 },
        );
    });

    it("can't write to the terminal but as text", () => {
        for (const path of ANYWHERE) {
            for (const value of TERMINAL) {
                judge(() => parseSettings(planted(path.split("."), value)), path);
                judge(() => parseSettings(planted(path.split("."), { [value]: value })), path);
            }
        }
    });
});

describe("the nearest name", () => {
    it("is the name itself with one letter missing, doubled or swapped for another", () => {
        const names = [...new Set(PATHS.map((path) => String(path.at(-1))))];
        fc.assert(
            fc.property(fc.constantFrom(...names), fc.nat(), (name, seed) => {
                const at = seed % name.length;
                assert.equal(
                    nearest(name.slice(0, at) + name.slice(at + 1), [name]),
                    name.length < 3 ? undefined : name,
                );
                assert.equal(nearest(name.slice(0, at) + name.slice(at, at + 1) + name.slice(at), [name]), name);
            }),
        );
    });

    it("is none for a name that is far from all", () => {
        assert.equal(nearest("zebra", ["host", "path", "replicas"]), undefined);
    });
});

/** Sound settings with one value put in place of what is there. */
function planted(path: string[], value: unknown): Record<string, unknown> {
    const settings = soundSettings();
    const [last = "", ...groups] = path.reverse();
    let group = settings;
    for (const step of groups.reverse()) {
        const next = { ...(group[step] as Record<string, unknown> | undefined) };
        group[step] = next;
        group = next;
    }
    group[last] = value;
    return settings;
}

function judge(run: () => unknown, path?: string): void {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof SettingsError, String((error as Error).stack));
        assert.ok(error.faults.length > 0);
        for (const line of error.message.split("\n").slice(1)) {
            assert.match(line, /^ {2}bulwark:\S*.*: \S/);
        }
        // No control character, nothing that reorders the line, and no line that the value could have written itself.
        assert.doesNotMatch(error.message.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.equal(error.message.split("\n").length, error.faults.length + 1);
        if (path !== undefined) {
            const [key = ""] = path.split(".");
            assert.ok(
                error.faults.some((fault) => fault.path[0] === key || fault.reason.includes(key)),
                `${configPath([key])} is missing in: ${error.message}`,
            );
        }
    }
}

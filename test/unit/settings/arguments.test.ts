import assert from "node:assert/strict";
import type { SecureApplicationArgs } from "../../../components/secure-application";
import { parseSettings, type Settings } from "../../../settings";
import { soundSettings } from "./sound";

/** Paths of the settings that are no arguments: a setting that nothing reads would be a promise that nothing keeps. */
type Unread<S, A, P extends string = ""> = S extends readonly unknown[] | string | number | boolean
    ? never
    : string extends keyof S
      ? never
      : {
            [K in keyof S & string]: K extends keyof A
                ? Unread<NonNullable<S[K]>, NonNullable<A[K]>, `${P}${K}.`>
                : `${P}${K}`;
        }[keyof S & string];

/** `true`, or by the compiler's complaint the settings that are missing. */
type EveryOneIsRead = [Unread<Settings, SecureApplicationArgs>] extends [never]
    ? true
    : Unread<Settings, SecureApplicationArgs>;

describe("the arguments of SecureApplication", () => {
    it("take the settings as they are, every one of them; the compiler checks that", () => {
        const everyOneIsRead: EveryOneIsRead = true;
        const args: SecureApplicationArgs = parseSettings(soundSettings());
        assert.deepEqual(Object.keys(args), [
            "labels",
            "cluster",
            "workload",
            "ingress",
            "database",
            "threatDetection",
            "monitoring",
        ]);
        assert.ok(everyOneIsRead);
    });
});

/**
 * Every text that a component takes, with texts in it that would break out of SQL, shell, YAML, templates and
 * terminals: it is refused by its name before anything is made, or arrives exactly as it was given.
 */
import { strict as assert } from "node:assert";
import { SAMPLES } from "../../package/support/samples";
import { type Registration, recorded } from "../support/recorder";
import { argumentPlaces, type Place, planted } from "./support/argument-places";
import { arrived, isExact, MARK, make } from "./support/arrivals";

const HOSTILE: Record<string, string> = {
    "SQL and quotes": `${MARK}'; DROP TABLE x; --"\\${MARK}`,
    "a line of YAML": `${MARK}\nx: y\n${MARK}`,
    "a shell's commands": `${MARK}$(id)\`id\`\${id}${MARK}`,
    "a template and Unicode": `${MARK}{{ .Values }}\u202e\u00fc${MARK}`,
    NUL: `${MARK}\0${MARK}`,
    "a very long text": `${MARK}${"a".repeat(100_000)}${MARK}`,
};

/** They are about this machine, and read when the cluster is asked for the first time. */
const ABOUT_THIS_MACHINE = /(^|\.)(kubeconfig|context)$/;

/** Arguments that nothing shows, since what they are for isn't made with the other arguments as they are. */
const WITHOUT_EFFECT = [
    /(^|\.)(exporter\.image|sidekickImage)\./,
    /(^|\.)ingress\.controller\.podLabels\./,
    /^job\./,
    /^clients\[/,
    // An address within the engine, and a pod that is only connected to.
    /^server\.(releaseUrn|podName)$/,
    // Only used with proxies in front.
    /(^|\.)forwardedForHeader$/,
    /(^|\.)prometheus\.podLabels\./,
    ABOUT_THIS_MACHINE,
];

/** Refusals that come before the text is looked at, since it needs company that the other arguments exclude. */
const EXCLUDED = ["must name engines out of", "monitoring.alerts", "asked for the Prometheus operator"];

function assertRefusal(argument: Place, error: Error): void {
    const { shown } = argument;
    assert.doesNotMatch(error.message, /\n\s+at |TypeError|is not a function|undefined/, shown);
    const named = shown.split(/[.[\]]+/).filter((step) => step !== "" && step !== "hostile" && !/^\d+$/.test(step));
    const told = named.at(-1) as string;
    const excluded = EXCLUDED.some((reason) => error.message.includes(reason));
    assert.ok(
        excluded || ABOUT_THIS_MACHINE.test(shown) || error.message.includes(told),
        `${told} isn't named in: ${error.message.slice(0, 300)}`,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: such as would change what a terminal shows
    assert.doesNotMatch(error.message, /[\0-\x08\x0b-\x1f\x7f]/, shown);
    const made = recorded().filter(({ type, custom }) => custom && !type.startsWith("pulumi:providers:"));
    if (!ABOUT_THIS_MACHINE.test(shown)) {
        assert.deepEqual(
            made.map(({ name }) => name),
            [],
            `made in spite of ${shown}`,
        );
    }
}

function assertExact(argument: Place, text: string, all: Registration[]): void {
    const found = arrived(all);
    for (const arrival of found) {
        assert.ok(
            isExact(arrival, [text]),
            `${argument.shown} isn't exact in ${arrival.where}: ${arrival.text.slice(0, 500)}`,
        );
    }
    const shows = found.length > 0 || WITHOUT_EFFECT.some((pattern) => pattern.test(argument.shown));
    assert.ok(shows, `${argument.shown} is neither refused nor anywhere`);
}

/** SecureApplication hands its arguments on to the others, each of which is tried with every text. */
const ARGUMENTS = argumentPlaces().filter(({ component, isText }) => isText && component !== "SecureApplication");
const COMPONENTS = [...new Set(ARGUMENTS.map(({ component }) => component))];

describe("hostile texts", () => {
    it("are tried in hundreds of arguments of all components", () => {
        assert.ok(ARGUMENTS.length > 300, String(ARGUMENTS.length));
        assert.equal(COMPONENTS.length, Object.keys(SAMPLES).length - 1);
    });

    for (const name of COMPONENTS) {
        it(`are refused by ${name}, or arrive exactly`, async function () {
            this.timeout(300_000);
            const wrong: string[] = [];
            for (const argument of ARGUMENTS.filter(({ component }) => component === name)) {
                for (const text of Object.values(HOSTILE)) {
                    try {
                        const all = await make(argument.component, planted(argument, text)).catch((error: Error) => {
                            assertRefusal(argument, error);
                        });
                        if (all) {
                            assertExact(argument, text, all);
                        }
                    } catch (error) {
                        wrong.push((error as Error).message.split("\n").join(" "));
                    }
                }
            }
            assert.deepEqual(wrong, []);
        });
    }
});

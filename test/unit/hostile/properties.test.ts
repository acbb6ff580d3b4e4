/**
 * Components with arguments that nobody thought of: a value of any type in any place, hostile texts in several places of
 * the whole application, and objects made at random after the schema. Each is made, or refused with a path.
 *
 * A few runs each time, from a new seed, which a failure shows. `HOSTILE_RUNS` multiplies them for a search.
 */
import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { SAMPLES } from "../../package/support/samples";
import { recorded } from "../support/recorder";
import { argumentPlaces, type Place } from "./support/argument-places";
import { arrived, isExact, MARK, make } from "./support/arrivals";
import { randomArguments } from "./support/random-arguments";

const TIMES = Number(process.env.HOSTILE_RUNS ?? 1);
const runs = (least: number) => ({ numRuns: least * TIMES });

/** They make a component ask the cluster of whoever runs this. */
const ASKS_THE_CLUSTER = /(^|\.)(token|kubeconfig|context|operatorInstalled)\b/;

/** What a PostgresDatabase puts out was checked there; the parts of a component check it once more by other names. */
const CHECKED_BEFORE = /^server\./;

/** What isn't asked for is made as well, as far as it can be made without a cluster. */
const BASE: Record<string, Record<string, unknown>> = {
    ...SAMPLES,
    SecureApplication: { ...SAMPLES.SecureApplication, monitoring: { alerts: { operatorInstalled: true } } },
};

const COMPONENTS = Object.keys(SAMPLES);

/** The places of a component, by how messages show them. */
const places = (component: string) =>
    new Map(
        argumentPlaces()
            .filter(({ shown }) => !ASKS_THE_CLUSTER.test(shown) && !CHECKED_BEFORE.test(shown))
            .flatMap((place) => (place.component === component ? [[place.shown, place]] : [])),
    );

/** What Python and YAML may hand over: they know no types of ours. */
const GARBAGE = fc.oneof(
    fc.constantFrom(null, 0, -1, 1.5, "", "x", true, false, [], {}, [null], [[]], [{}], { a: null }, Number.NaN),
    fc.jsonValue({ maxDepth: 2 }),
);

const HOSTILE = fc
    .oneof(
        fc.constantFrom(
            "'; DROP TABLE x; --\"\\",
            "\nx: y\n",
            "$(id)`id`${id}",
            "{{ .Values }}\u202e\u00fc",
            "\0",
            "a".repeat(100_000),
        ),
        fc.string({ unit: "binary" }),
        fc.string({ unit: "grapheme" }),
    )
    .map((text) => `${MARK}${text}${MARK}`);

/** The beginning of a path. */
const head = (path: string) => path.split(/[.[]/)[0] as string;

/** Made, or refused by its paths before anything is made; never anything else. */
async function outcome(component: string, args: Record<string, unknown>, roots: string[]) {
    try {
        return await make(component, args);
    } catch (error) {
        assert.ok(pulumi.InputPropertiesError.isInstance(error as Error), String((error as Error).stack));
        const { message, errors = [] } = error as pulumi.InputPropertiesError;
        assert.ok(errors.length > 0, message);
        assert.ok(
            roots.some((root) => message.includes(root)),
            `none of ${roots.join(", ")} is named in: ${message}`,
        );
        for (const { reason } of errors) {
            assert.doesNotMatch(reason, /\[object |TypeError|is not a function|Cannot read|^undefined/, message);
        }
        // Nothing that would change what a terminal shows, and no line that a value wrote itself.
        assert.doesNotMatch(message.replaceAll("\n", ""), /[\p{Cc}\u2028\u2029]/u);
        assert.equal(message.split("\n").length, errors.length + 1);
        const made = recorded().filter(({ type, custom }) => custom && !type.startsWith("pulumi:providers:"));
        assert.deepEqual(
            made.map(({ name }) => name),
            [],
            message,
        );
        return undefined;
    }
}

/** The base with values in some places. */
function put(component: string, at: Map<string, Place>, values: [string, unknown][]): Record<string, unknown> {
    return values.reduce((args, [shown, value]) => at.get(shown)?.put(args, value) ?? args, BASE[component] ?? {});
}

describe("arguments that nobody thought of", function () {
    this.timeout(60_000 * TIMES);

    for (const component of COMPONENTS) {
        it(`of any type are taken or refused by ${component}, with their path`, () => {
            const at = places(component);
            return fc.assert(
                fc.asyncProperty(fc.constantFrom(...at.keys()), GARBAGE, async (shown, value) => {
                    await outcome(component, put(component, at, [[shown, value]]), [head(shown)]);
                }),
                runs(10),
            );
        });

        it(`as its schema allows them are taken or refused by ${component}, with their path`, () =>
            fc.assert(
                fc.asyncProperty(
                    randomArguments(component, /^(server|token|kubeconfig|context|operatorInstalled)$/),
                    async (args) => {
                        await outcome(component, { ...BASE[component], ...args }, Object.keys(args));
                    },
                ),
                runs(5),
            ));
    }

    it("and texts in several places of a whole application are refused, or arrive exactly", () => {
        const at = places("SecureApplication");
        const texts = [...at.keys()].filter((shown) => at.get(shown)?.isText);
        const planted = fc.tuple(fc.constantFrom(...texts), HOSTILE);
        return fc.assert(
            fc.asyncProperty(fc.array(planted, { minLength: 1, maxLength: 3 }), async (values) => {
                const roots = values.map(([shown]) => head(shown));
                const made = await outcome("SecureApplication", put("SecureApplication", at, values), roots);
                const given = values.map(([, text]) => text);
                for (const arrival of arrived(made ?? [])) {
                    assert.ok(isExact(arrival, given), `not exact in ${arrival.where}: ${arrival.text.slice(0, 500)}`);
                }
            }),
            runs(40),
        );
    });
});

/** Reports to look at: with every verdict, and with as many entries as a real one. */
import type { Report } from "../../../verify/attack";
import type { MeasuredMap } from "../../../verify/map/measure";
import { held, type Outcome, type Probe, type Result, through, unproven } from "../../../verify/probe";

const probe = (name: string, layer: Probe["layer"] = "cluster"): Probe => ({
    name,
    layer,
    attack: "tries <this> & that",
    gain: "gains",
    expected: "refused",
    ifOff: "admitted",
    attackers: [],
    run: async () => held(""),
});
export const result = (name: string, outcome: Outcome, layer?: Probe["layer"]): Result => ({
    probe: probe(name, layer),
    ...outcome,
    seconds: 1.25,
});

export const MAP: MeasuredMap = {
    nodes: [
        { id: "stranger", kind: "stranger", title: "a stranger", namespace: "elsewhere" },
        { id: "shop/app", kind: "product", title: "app", namespace: "shop" },
        { id: "data/db", kind: "product", title: "db", namespace: "data" },
    ],
    edges: [
        { from: "stranger", to: "shop/app", port: 8000, measured: "refused", declared: false },
        { from: "stranger", to: "data/db", port: 5432, measured: "open", declared: false },
        { from: "shop/app", to: "data/db", port: 5432, measured: "open", declared: true },
        { from: "data/db", to: "shop/app", port: 8000, measured: "timeout", declared: true },
        { from: "data/db", to: "stranger", port: 8000, measured: undefined, declared: false },
    ],
};

export const report = (results: Result[], map: MeasuredMap | undefined = MAP): Report => ({
    startedAt: "2026-01-02T03:04:05.000Z",
    seconds: 12,
    namespace: "shop",
    server: "https://192.0.2.1:6443",
    results,
    map,
});

export const MIXED = report([
    result("one", held("403 <script>alert(1)</script>")),
    result("two", through("200")),
    result("three", unproven("no target"), "container"),
]);

/** As long as a real one; most attacks were stopped. */
export const LONG = report(
    (["cluster", "container", "application", "database", "monitoring"] as const).flatMap((layer) =>
        Array.from({ length: 12 }, (_, index) => {
            const evidence = `connection to 203.0.113.${index}: ${"no answer within two seconds; ".repeat(4)}`;
            const outcome = index === 3 ? through(evidence) : index === 7 ? unproven(evidence) : held(evidence);
            return result(`${layer}-attack-with-a-long-name-${index}`, outcome, layer);
        }),
    ),
);

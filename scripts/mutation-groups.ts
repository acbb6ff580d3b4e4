/** What `npm run mutate` changes, and which tests must notice. */
import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";

/** Sources, and the tests that look for their mutants. */
export interface MutationGroup {
    name: string;
    sources: string[];
    tests: string[];
}

/** Folders of which every source and every test counts that doesn't load Pulumi. */
const FOLDERS: Record<string, { sources: string; tests: string; furtherTests?: string[] }> = {
    base: { sources: "components", tests: "test/unit/pure" },
    application: { sources: "components/application", tests: "test/unit/application" },
    cluster: {
        sources: "components/cluster",
        tests: "test/unit/cluster",
        // The rules as the policy pack evaluates them.
        furtherTests: ["test/unit/policy/guardrails.test.ts"],
    },
    container: { sources: "components/container", tests: "test/unit/container" },
    database: { sources: "components/database", tests: "test/unit/database" },
    monitoring: { sources: "components/monitoring", tests: "test/unit/monitoring" },
};

/** Pure parts of folders that hold more. */
const PARTS: MutationGroup[] = [
    {
        name: "settings",
        sources: ["checks", "faults", "field", "kinds", "reader", "show", "suggest"].map(
            (each) => `settings/${each}.ts`,
        ),
        tests: ["checks", "kinds", "reader", "show", "wrong-settings", "settings", "table"].map(
            (each) => `test/unit/settings/${each}.test.ts`,
        ),
    },
    {
        name: "composition",
        sources: ["binding-names", "way-rules"].map((each) => `components/composition/${each}.ts`),
        tests: ["test/unit/settings/wrong-settings.test.ts"],
    },
    {
        name: "policy",
        sources: ["policy/findings.ts"],
        tests: ["test/unit/policy/findings.test.ts"],
    },
    {
        name: "verify",
        sources: [
            "map/draw",
            "map/policies",
            "options",
            "report/escape",
            "report/html",
            "report/json",
            "report/summary",
            "report/table",
            "schedule",
        ].map((each) => `verify/${each}.ts`),
        tests: ["kept", "options", "policies", "report", "schedule"].map((each) => `test/unit/verify/${each}.test.ts`),
    },
];

/** Sources that aren't changed, with the reason. */
const EXCEPTED: Record<string, string> = {
    "components/skip-stack-traces.ts": "It is about places in sources, which the changes themselves move.",
    "components/defaults.ts": "A table of values, which a test could only repeat; the release contract keeps them.",
};

/** Tests that aren't run, with the reason. */
const SLOW: Record<string, string> = {
    "test/unit/database/backup-pod.test.ts": "It makes keys and backups, for seconds each.",
    "test/unit/monitoring/alert-rules.test.ts": "It has promtool evaluate the rules, for seconds each time.",
    "test/unit/monitoring/falco-checker.test.ts": "It is about the checker that other tests use.",
};

const ROOT = path.join(__dirname, "..");

/** The groups, in the order in which they are run. */
export async function mutationGroups(): Promise<MutationGroup[]> {
    const folders = Object.entries(FOLDERS).map(([name, { sources, tests, furtherTests = [] }]) => ({
        name,
        sources: filesIn(sources, EXCEPTED),
        tests: filesIn(tests, SLOW).filter((file) => file.endsWith(".test.ts")),
        furtherTests,
    }));
    const isPure = await purity(folders.flatMap(({ sources, tests }) => [...sources, ...tests]));
    const pure = folders.map(({ name, sources, tests, furtherTests }) => ({
        name,
        sources: sources.filter(isPure),
        tests: [...tests.filter(isPure), ...furtherTests],
    }));
    // What notices most comes first: the run ends for a change with the first test that fails.
    const isWhole = (file: string) => file.endsWith("/kept.test.ts");
    return [...pure, ...PARTS].map(({ tests, ...group }) => ({
        ...group,
        tests: [...tests.filter(isWhole), ...tests.filter((file) => !isWhole(file))],
    }));
}

function filesIn(folder: string, without: Record<string, string>): string[] {
    return fs
        .readdirSync(path.join(ROOT, folder))
        .map((name) => `${folder}/${name}`)
        .filter((file) => file.endsWith(".ts") && !Object.hasOwn(without, file));
}

/** Tells which files load Pulumi neither themselves nor through what they import; types aren't loaded. */
async function purity(files: string[]): Promise<(file: string) => boolean> {
    const { metafile } = await build({
        absWorkingDir: ROOT,
        entryPoints: files,
        bundle: true,
        packages: "external",
        platform: "node",
        write: false,
        outdir: "nowhere",
        metafile: true,
        logLevel: "error",
    });
    const loads = (file: string, seen: Set<string>): boolean =>
        (metafile.inputs[file]?.imports ?? []).some((each) => {
            if (each.external || seen.has(each.path)) {
                return each.path.startsWith("@pulumi/");
            }
            return loads(each.path, seen.add(each.path));
        });
    return (file) => !loads(file, new Set());
}

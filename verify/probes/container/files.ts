/** What can be written in the application's container, and what lies open there. */
import { held, type Probe, through, unproven } from "../../probe";
import { inTwin, readAttempts, TRY } from "./in-twin";

/**
 * Values of the mounted credentials are compared within the container, and never printed. A child that is given one shows
 * that they would be found.
 */
const SECRETS = `holds() { case "$(tr '\\000' '\\n')" in *"$1"*) return 0 ;; esac; return 1; }
found=0; leaked=0; control=0
for file in "\${SERVICE_BINDING_ROOT:-/bindings}"/*/password "\${SERVICE_BINDING_ROOT:-/bindings}"/*/uri; do
    [ -s "$file" ] || continue
    found=1; value=$(cat "$file")
    if VERIFY="$value" cat /proc/self/environ | holds "$value"; then control=1; fi
    # What the pod is given, its first process has; others in there are attacks of this suite that log in by PGPASSWORD.
    cat /proc/1/environ >/dev/null || control=0
    if holds "$value" </proc/1/environ; then leaked=1; fi
done
if [ $found = 0 ] || [ $control = 0 ]; then :
elif [ $leaked = 1 ]; then echo "credentials in the environment|worked|they are there"
else echo "credentials in the environment|failed|not there"; fi`;

export const FILES: Probe[] = [
    inTwin({
        name: "write-root",
        attack: "writes to the image's file system: its root, programs, settings and libraries",
        gain: "keeps tools there, or replaces the program that runs",
        expected: "a read-only file system",
        ifOff: "the files are made",
        script: () => `${TRY}
writes() { : > "$1" && rm -f "$1"; }
for folder in / /usr /etc /var /opt /home; do if [ -d "$folder" ]; then try "write to $folder" writes "\${folder%/}/verify-$$"; fi; done`,
        controls: ["write to /", "write to /etc"],
    }),
    {
        name: "fill-tmp",
        layer: "container",
        attack: "fills /tmp with as much as the node would take",
        gain: "fills the node's disk or memory, and takes every pod there down",
        expected: "no space is left at the limit",
        ifOff: "more than the limit is written",
        attackers: ["victim"],
        exclusive: ["victim"],
        async run(field) {
            const { spec } = field.target.application.deployment.spec.template;
            const mounted = spec.containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === "/tmp")?.name;
            const volume = spec.volumes?.find(({ name }) => name === mounted);
            const limit = megabytes(volume?.emptyDir?.sizeLimit ?? "");
            const inMemory = volume?.emptyDir?.medium === "Memory";
            const size = (limit ?? MOST_MEGABYTES) + 16;
            if (size > MOST_MEGABYTES + 16) {
                return unproven(`a limit of ${limit} MiB is too much to try on a cluster that may be in use`);
            }
            const script = `${TRY}
fill() { head -c ${size}m /dev/zero > /tmp/verify-full; }
small() { : > /tmp/verify-small && rm /tmp/verify-small; }
try "a small file" small
try "${size} MiB" fill; rm -f /tmp/verify-full`;
            const attempts = readAttempts((await field.run(field.attacker("victim").place, script)).stdout);
            const small = attempts.find(({ what }) => what === "a small file");
            const full = attempts.find(({ what }) => what !== "a small file");
            if (!small?.worked || full === undefined) {
                return unproven(
                    `the control failed: not even a small file can be written: ${small?.seen ?? "no answer"}`,
                );
            }
            const where = `/tmp ${inMemory ? "is in memory" : "is on the node's disk"}, its limit is ${limit === undefined ? "not set" : `${limit} MiB`}`;
            if (full.worked) {
                return through(`${size} MiB were written; ${where}`);
            }
            return /No space left|quota exceeded/i.test(full.seen)
                ? held(`${size} MiB: ${full.seen}; ${where} (control: a small file can be written)`)
                : unproven(`it ended for another reason than the limit: ${full.seen}`);
        },
    },
    {
        name: "credentials-in-environment",
        layer: "container",
        attack: "looks for the mounted credentials in the environment of the application's process",
        gain: "gets them from a crash report, a debug page or a child process",
        expected: "they are only in files",
        ifOff: "a variable holds them",
        attackers: ["twin"],
        async run(field) {
            const { stdout } = await field.run(field.attacker("twin").place, SECRETS);
            const [found] = readAttempts(stdout);
            if (found === undefined) {
                return unproven("there are no credentials in files to look for, or the environment can't be read");
            }
            const control = "control: a child that is given them has them there";
            return (found.worked ? through : held)(`${found.what}: ${found.seen} (${control})`);
        },
    },
    {
        name: "change-credentials",
        layer: "container",
        attack: "writes to the mounted credentials",
        gain: "sends the application to a database of his own",
        expected: "a read-only file system",
        ifOff: "the file is changed",
        attackers: ["twin"],
        async run(field) {
            const script = `${TRY}
writes() { : >> "$1"; }
adds() { : > "$1" && rm -f "$1"; }
for folder in "\${SERVICE_BINDING_ROOT:-/bindings}"/*/; do [ -d "$folder" ] || continue
    if [ -e "$folder/password" ]; then try "change $folder" writes "$folder/password"; fi
    try "add to $folder" adds "$folder/verify"
done
file=/tmp/verify-$$; try "control" adds "$file"`;
            const attempts = readAttempts((await field.run(field.attacker("twin").place, script)).stdout);
            const tried = attempts.filter(({ what }) => what !== "control");
            if (tried.length === 0 || !attempts.some(({ what, worked }) => what === "control" && worked)) {
                return unproven("there are no credentials in files, or nothing can be written anywhere");
            }
            const worked = tried.filter((attempt) => attempt.worked);
            const seen = (worked.length > 0 ? worked : tried).map((each) => `${each.what}: ${each.seen}`).join("; ");
            return worked.length > 0 ? through(seen) : held(`${seen} (control: a file in /tmp can be written)`);
        },
    },
    inTwin({
        name: "services-in-environment",
        attack: "reads the addresses of other Services in the environment",
        gain: "has a map of the namespace without asking anybody",
        expected: "no address but that of the API server, which Kubernetes gives everybody",
        ifOff: "a variable for each Service",
        // An ordinary namespace has no Service whose address could be there: a child that is given one shows the way.
        controls: [],
        script: () => `
services() { cat /proc/self/environ | tr '\\000' '\\n' | sed -n 's/^\\([A-Z0-9_]*\\)_SERVICE_HOST=.*/\\1/p' | grep -vx KUBERNETES | tr '\\n' ' '; }
case "$(VERIFY_SERVICE_HOST=192.0.2.1; export VERIFY_SERVICE_HOST; services)" in *VERIFY*) ;; *) exit 1 ;; esac
names=$(services)
if [ -n "$names" ]; then echo "other Services|worked|$names"; else echo "other Services|failed|none"; fi`,
    }),
];

/** What is written at most: the pod's memory limit, or its eviction, would come first otherwise. */
const MOST_MEGABYTES = 512;

/** A size in MiB, of the plain forms in which it is given. */
export function megabytes(quantity: string): number | undefined {
    const units: Record<string, number> = {
        Ki: 1 / 1024,
        Mi: 1,
        Gi: 1024,
        Ti: 1024 * 1024,
        M: 0.953674,
        G: 953.674,
        "": 1 / 1048576,
    };
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]i|[MG])?$/.exec(quantity) ?? [];
    const factor = units[unit];
    return number === undefined || factor === undefined ? undefined : Math.ceil(Number(number) * factor);
}

/** What the application's processes may do. */
import type { Probe } from "../../probe";
import { inTwin, TRY } from "./in-twin";

/** Prints an attempt that worked when the line of the kernel's own account of the process isn't the sound one. */
const status = (field: string, sound: string, what: string) =>
    `value=$(sed -n 's/^${field}:[[:space:]]*//p' /proc/self/status)
if [ -z "$value" ]; then :; elif [ "$value" = "${sound}" ]; then echo "${what}|failed|${field} $value"; else echo "${what}|worked|${field} $value"; fi`;

export const PRIVILEGES: Probe[] = [
    inTwin({
        name: "root-user",
        attack: "looks whether the application's processes run as root",
        gain: "is one kernel flaw away from the node",
        expected: "an ordinary user and group",
        ifOff: "user id 0",
        script: () => `
id=$(id -u); if [ "$id" = 0 ]; then echo "root|worked|user id $id"; else echo "root|failed|user id $id"; fi
id=$(id -g); if [ "$id" = 0 ]; then echo "root's group|worked|group id $id"; else echo "root's group|failed|group id $id"; fi`,
    }),
    inTwin({
        name: "capabilities",
        attack: "looks for capabilities, in force or within reach, and tries to give a file away",
        gain: "has pieces of root, such as raw sockets that forge packets",
        expected: "no capability at all, in the kernel's own account",
        ifOff: "the capabilities that container runtimes give by default",
        script: () => `${TRY}
${status("CapEff", "0000000000000000", "capabilities in force")}
${status("CapBnd", "0000000000000000", "capabilities within reach")}
file=/tmp/verify-$$; : > "$file"; try "give a file away" chown 12345 "$file"; rm -f "$file"`,
    }),
    inTwin({
        name: "setuid",
        attack: "looks whether a setuid program could make it another user",
        gain: "becomes root through a forgotten setuid program of the image",
        expected: "no new privileges, for this process and all its children",
        ifOff: "NoNewPrivs 0",
        script: () => status("NoNewPrivs", "1", "gain privileges"),
    }),
    inTwin({
        name: "system-calls",
        attack: "looks whether every system call is allowed, and tries to make user namespaces, a common first step out",
        gain: "reaches every system call of the node's kernel that has a flaw",
        expected: "a filter (seccomp mode 2), and no user namespace",
        ifOff: "seccomp mode 0",
        controls: ["every system call"],
        script: () => `${TRY}
${status("Seccomp", "2", "every system call")}
if command -v unshare >/dev/null 2>&1; then try "a user namespace" unshare --user true; fi`,
    }),
    inTwin({
        name: "kernel-files",
        attack: "opens the kernel's switches and secrets under /proc and /sys",
        gain: "runs a program on the node by core_pattern, reads its memory, or restarts it",
        expected: "none of them can be opened",
        ifOff: "a privileged container opens them (nothing is written or read)",
        // Ordinary pods are kept off these files as well: what shows that the script can succeed is a file that is open.
        controls: ["an open file"],
        script: () => `${TRY}
writes() { : >> "$1"; }
reads() { head -c 1 "$1" >/dev/null; }
file=/tmp/verify-$$; if [ "$(id -u)" = 0 ]; then try "an open file" writes "$file"; fi; rm -f "$file"
for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/modprobe /sys/kernel/uevent_helper; do
    if [ -e "$file" ]; then try "write $file" writes "$file"; fi
done
for file in /proc/kcore /dev/mem /dev/kmsg /proc/1/mem; do
    if [ -e "$file" ]; then try "read $file" reads "$file"; fi
done`,
    }),
    inTwin({
        name: "api-token",
        attack: "looks for a token of the API server in the application's container",
        gain: "speaks to the API server in the application's name",
        expected: "no token",
        ifOff: "the token of the application's ServiceAccount",
        script: () => `
if [ -s /var/run/secrets/kubernetes.io/serviceaccount/token ]; then echo "a token|worked|it is there"; else echo "a token|failed|none"; fi`,
    }),
];

/** The kinds of values that a setting may have. Pure; no Pulumi import. */
import { LIMIT_RULES, pathFault } from "../components/application/annotations";
import { headerNameFault } from "../components/application/ingress-nginx-values";
import { cidrFault } from "../components/cidr";
import { exemptionReasonFault, registryFault as imageSourceFault } from "../components/cluster/guardrail-policy";
import { serverUrlFault } from "../components/cluster/kubeconfig";
import { apiGroupFault, lifetimeFault, readableFault } from "../components/cluster/operator-rules";
import { podSecurityVersionFault } from "../components/cluster/pod-security";
import { bindingNameFault, probePathFault } from "../components/container/workload-rules";
import { recipientFault, scheduleFault, timeZoneFault } from "../components/database/backup-rules";
import { majorVersionFault } from "../components/database/major-version";
import { rotationFault } from "../components/database/rotation";
import { tenantSchemaFault, tenantSettingFault } from "../components/database/row-level-security-sql";
import { libraryFault } from "../components/database/server-configuration";
import { timeFault } from "../components/database/valid-until";
import { durationFault } from "../components/duration";
import { digestFault, imageFault, immutableImageFault } from "../components/image";
import { labelKeyFault, labelValueFault, userLabelKeyFault } from "../components/label-rules";
import { metricsPathFault, portNameFault } from "../components/monitoring/alert-monitors";
import { runbookFault } from "../components/monitoring/alert-rules";
import { userNameFault } from "../components/monitoring/audit-policy";
import { addressFault as serviceAddressFault } from "../components/monitoring/audit-webhook";
import { ruleUserFault } from "../components/monitoring/falco-audit-rules";
import { databaseFault as scanDatabaseFault } from "../components/monitoring/trivy-operator-values";
import { dnsLabelFault, hostFault, sqlNameFault, subdomainFault } from "../components/names";
import { portFault, unprivilegedPortFault, userIdFault, wholeNumber } from "../components/numbers";
import { bytesFault, quantityFault } from "../components/quantity";
import * as checks from "./checks";
import { shown } from "./show";

/** Says what is wrong with a value (`must be …, is <value>; <advice>`), or nothing when it is sound. */
export type Check<T> = (value: T) => string | undefined;

/** What is wrong with a value: once with the value, once for when it is secret. */
export interface Verdict {
    reason: string;
    hidden: string;
}

/** A kind of value: how it reads, and what is wrong with others. */
export interface Kind<T> {
    /** The value when it is sound, as the components want it. */
    accept(value: unknown): { value: T } | Verdict;
    /** What to write, for a setting that is missing. */
    demand: string;
}

const MASK = "[secret]";

/**
 * A kind of texts, numbers or switches. `wrong` is a value that is certainly refused: what the check says about it, with
 * another value in its place, is what is said about values of another type and about secret ones.
 */
function kind<T extends string | number | boolean>(wrong: T, check: Check<T>, numbersToo = false): Kind<T> {
    const [demand = "", advice = ""] = (check(wrong) ?? "").split(`, is ${JSON.stringify(wrong)}`);
    return {
        demand: `${demand}${advice}`,
        accept(given) {
            const value = numbersToo && typeof given === "number" ? String(given) : given;
            if (typeof value !== typeof wrong) {
                const hint = quoting(value, check) ?? advice;
                return { reason: `${demand}, is ${shown(value)}${hint}`, hidden: `${demand}, is ${MASK}${hint}` };
            }
            const reason = check(value as T);
            return reason === undefined
                ? { value: value as T }
                : {
                      reason: reason.replace(JSON.stringify(value), () => shown(value)),
                      hidden: `${demand}, is ${MASK}${advice}`,
                  };
        },
    };
}

/** The advice for a value that is right but for its quotes, which YAML makes all too easy. */
function quoting<T>(value: unknown, check: Check<T>): string | undefined {
    if (typeof value === "number" || typeof value === "boolean") {
        return check(String(value) as T) === undefined ? "; put it in quotes" : undefined;
    }
    if (typeof value !== "string" || value === "") {
        return undefined;
    }
    const unquoted = value === "true" || value === "false" ? value === "true" : Number(value);
    return check(unquoted as T) === undefined ? "; write it without quotes" : undefined;
}

const text = (check: Check<string>) => kind<string>("\0", check);
const number = (check: Check<number>) => kind<number>(Number.NaN, check);

export const dnsLabel = text(dnsLabelFault);
export const subdomain = text(subdomainFault);
export const host = text(hostFault);
export const sqlName = text(sqlNameFault);
export const tenantSchema = text(tenantSchemaFault);
export const tenantSetting = text(tenantSettingFault);
export const duration = text(durationFault);
export const tokenLifetime = text(lifetimeFault);
export const cidr = text(cidrFault);
export const image = text(imageFault);
export const immutableImage = text(immutableImageFault);
export const imageSource = text(imageSourceFault);
export const serverUrl = text(serverUrlFault);
export const digest = text(digestFault);
export const tag = text(checks.tagFault);
export const registry = text(checks.registryFault);
export const repository = text(checks.repositoryFault);
export const chart = text(checks.chartFault);
export const chartRepository = text(checks.chartRepositoryFault);
export const chartVersion = text(checks.chartVersionFault);
export const labelKey = text(labelKeyFault);
export const userLabelKey = text(userLabelKeyFault);
export const labelValue = text(labelValueFault);
export const environmentName = text(checks.environmentNameFault);
export const headerName = text(headerNameFault);
export const responseHeader = text(checks.responseHeaderFault);
export const proxyCidr = text(checks.proxyCidrFault);
export const headerValue = text(checks.headerValueFault);
export const bodySize = text(LIMIT_RULES.maxBodySize);
export const bindingName = text(bindingNameFault);
export const urlPath = text(probePathFault);
export const pathPrefix = text(pathFault);
export const podSecurityVersion = text(podSecurityVersionFault);
export const exemptionReason = text(exemptionReasonFault);
export const apiGroup = text(apiGroupFault);
export const readableResource = text(readableFault);
export const time = text(timeFault);
export const recipient = text(recipientFault);
export const schedule = text(scheduleFault);
export const timeZone = text(timeZoneFault);
export const preloadLibrary = text(libraryFault);
export const quietUser = text(userNameFault);
export const ruleUser = text(ruleUserFault);
export const serviceAddress = text(serviceAddressFault);
export const scanDatabase = text(scanDatabaseFault);
export const metricsPath = text(metricsPathFault);
export const portName = text(portNameFault);
export const runbook = text(runbookFault);
export const someText = text(checks.textFault);
export const anyText = text(checks.anyTextFault);
export const rulesFile = text(checks.rulesFileFault);
export const filePath = text(checks.filePathFault);
export const address = text(checks.addressFault);

/** CPU: `cpuLimit: 1` in YAML is a number, and everybody writes it. */
export const quantity = kind<string>("\0", quantityFault, true);
export const bytes = kind<string>("\0", bytesFault, true);

export const port = number(portFault);
export const unprivilegedPort = number(unprivilegedPortFault);
export const majorVersion = number(majorVersionFault);
export const rotation = number(rotationFault);
export const userId = number(userIdFault);
export const count = (least: number, most: number) => number(wholeNumber(least, most));

/** Name of a Helm release. Helm allows 53 characters; what the charts append needs the rest. */
export const releaseName = (...more: Check<string>[]) =>
    text((name) => {
        const tooLong = `must have at most 40 characters, is ${JSON.stringify(name)}; write a shorter one`;
        const faults = [dnsLabelFault, ...more].map((check) => check(name));
        return faults.find((fault) => fault !== undefined) ?? (name.length > 40 ? tooLong : undefined);
    });

/** The same kind for values that are often sensitive: no message shows them, whatever the configuration says. */
export function withheld<T>(kind: Kind<T>): Kind<T> {
    return {
        demand: kind.demand,
        accept(value) {
            const result = kind.accept(value);
            return "value" in result ? result : { reason: result.hidden, hidden: result.hidden };
        },
    };
}

/** A switch. */
export const flag: Kind<boolean> = {
    demand: "must be true or false",
    accept: (value) =>
        typeof value === "boolean"
            ? { value }
            : {
                  reason: `must be true or false, is ${shown(value)}${value === "true" || value === "false" ? "; write it without quotes" : ""}`,
                  hidden: `must be true or false, is ${MASK}`,
              },
};

/** One of a few texts. */
export function oneOf<const T extends string>(...allowed: T[]): Kind<T> {
    const demand = `must be one of ${allowed.map((each) => `"${each}"`).join(", ")}`;
    return {
        demand,
        accept: (value) =>
            allowed.includes(value as T)
                ? { value: value as T }
                : { reason: `${demand}, is ${shown(value)}`, hidden: `${demand}, is ${MASK}` },
    };
}

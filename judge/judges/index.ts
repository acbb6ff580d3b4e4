/** The judges, in the order of the table. */
import type { Judge } from "../result";
import { checkov } from "./checkov";
import { connectivity } from "./connectivity";
import { databaseJudge } from "./database";
import { kubeScore } from "./kube-score";
import { kubesec } from "./kubesec";
import { podSecurity } from "./pod-security";
import { promtool } from "./promtool";
import { trivy } from "./trivy";

/** Every judge. `database` is the namespace whose database is looked at, in place of the program's own. */
export function allJudges(database?: string): Judge[] {
    return [podSecurity, connectivity, kubeScore, checkov, kubesec, trivy, promtool, databaseJudge(database)];
}

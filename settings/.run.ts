import { LocalWorkspace } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "./index";
(async()=>{
 const [,, stackName="dev", cmd="preview"] = process.argv;
 const stack = await LocalWorkspace.createOrSelectStack({ stackName, projectName:"bulwark", program: async()=>{ const s=readSettings(); return {labels:s.labels, ns:s.workload.namespaceName, env: s.workload.environment, replicas:s.workload.replicas, cpu: s.workload.resources.cpuLimit}; }}, { workDir: "/tmp/h4/p" });
 try { if(cmd==="up"){const r=await stack.up({onOutput:()=>{}}); console.log(JSON.stringify(r.outputs));} else {const r=await stack.preview(); console.log(r.stdout);} } catch(e){ console.log("FAILED", String((e as Error).message).slice(0,3000)); }
})();

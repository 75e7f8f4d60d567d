import { run } from './seeded/run.ts';
const [a,b,steps]=process.argv.slice(2).map(Number);
let ops=0; const t0=performance.now(); let bad=0;
for(let s=a!;s<=b!;s++){const e=await run({seed:s,steps:steps!}); ops+=e.operations; const ok=process.env.ONCE?true:(await run({seed:s,steps:steps!})).digest===e.digest;
 if(e.violation||!ok){bad++;console.log(s,ok?'':'NOT DETERMINISTIC',JSON.stringify(e.violation)); if(process.env.STORY)console.log(e.story.slice(-Number(process.env.STORY)).join('\n'));}}
console.log({ops,ms:performance.now()-t0,usPerOp:(performance.now()-t0)*1000/ops/(process.env.ONCE?1:2),bad});

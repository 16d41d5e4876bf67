import type { Content, TableCell } from "pdfmake/interfaces";
import type { Party } from "../../contract/names.ts";
import type { ReportedTask, StepReport } from "../step-report.ts";
import { showMark, taskMarks } from "./marks.ts";
import { heading, keepTogether, none, type Sheet, tableSection, unlessEmpty } from "./sheet.ts";

const partyWords: Record<Party, string> = {
  customer: "Customer",
  consultant: "Consultant",
  vendor: "Vendor",
  both: "Customer and consultant",
};

/** Task by task: state, what was done, who did it and when. */
export function describeTasks(report: StepReport, sheet: Sheet): Content[] {
  if (report.tasks.length === 0) return [keepTogether([heading("What was done"), none()])];
  const rows = report.tasks.map((task) => describeTask(task, sheet));
  return tableSection("What was done", ["State", "Task", "Who and when"], [84, "*", 132], rows);
}

function describeTask(task: ReportedTask, sheet: Sheet): TableCell[] {
  const by = task.by.trim() !== "" ? task.by : task.author;
  const recorded = by !== task.author && task.author !== "" ? `Recorded by ${sheet.line(task.author, 200)}` : "";
  const who = task.state === "open" ? "" : sheet.line(by, 200);
  return [
    showMark(taskMarks[task.state]),
    {
      stack: [
        { text: sheet.line(task.title, 400) },
        ...unlessEmpty(task.reason === "" ? "" : `Reason: ${sheet.prose(task.reason)}`, "small"),
        ...unlessEmpty(sheet.prose(task.note), "soft"),
      ],
    },
    {
      stack: [
        ...unlessEmpty(who, "small"),
        ...unlessEmpty(task.at === null ? "" : sheet.time(task.at), "soft"),
        ...unlessEmpty(recorded, "soft"),
        ...unlessEmpty(task.state === "open" ? `For: ${partyWords[task.party]}` : "", "soft"),
      ],
    },
  ];
}

/** The answers of the Request for Information that this step rests on. */
export function describeAnswers(report: StepReport, sheet: Sheet): Content[] {
  if (report.answers.length === 0) return [];
  const rows = report.answers.map((answer): TableCell[] => [
    { text: sheet.line(answer.label, 300), style: "small" },
    { text: answer.value.trim() === "" ? "Not answered" : sheet.prose(answer.value), style: "small" },
    {
      text: [sheet.line(answer.author, 200), answer.at === null ? "" : sheet.time(answer.at)]
        .filter(Boolean)
        .join("\n"),
      style: "soft",
    },
  ]);
  return tableSection("Answers this step rests on", ["Question", "Answer", "Given by"], [150, "*", 132], rows);
}

// Report.

export function ReportScreen() {
  return <h1 className="p-4 text-20">Report</h1>;
}

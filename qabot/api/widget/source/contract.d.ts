// What the service answers and takes, as far as the widget reads and writes it. All of it is in
// qabot/api/schemas. Offsets count code points of a version's text; days are as in 2025-02-01.

export type Status =
  | "answered"
  | "uncertain"
  | "not_covered"
  | "unknown_company"
  | "no_version_in_force"
  | "no_question";

export type Remark =
  | "greeting"
  | "thanks"
  | "help"
  | "identity"
  | "complaint"
  | "human"
  | "emoji"
  | "changes";

export interface Span {
  start: number;
  end: number;
}

export interface Cell extends Span {
  value: number;
}

export interface Line extends Span {
  kind: "paragraph" | "item" | "row";
  body: number;
  cells: Cell[];
}

export interface Citation extends Span {
  quote: string;
  highlight: Span[];
  lines: Line[];
  company: string;
  title: string;
  section: string[];
  page: number | null;
  effective_from: string | null;
  effective_until: string | null;
  url: string;
  confidence: number;
  lead_in?: string;
}

export interface Searched {
  company: string | null;
  as_of: string | null;
  since?: string | null;
  until?: string | null;
  first_in_force?: string | null;
  versions: number;
  unknown?: string[];
}

export interface Answer {
  id: string;
  status: Status;
  citations: Citation[];
  nearest: Citation[];
  scope: Searched;
  language?: string | null;
  read_as?: string | null;
  remark?: Remark | null;
  changed?: { company: string; title: string; url?: string | null } | null;
  parts?: Part[];
  left_out?: string[];
  companies?: string[];
}

export interface Part extends Answer {
  question: string;
}

export interface Examples {
  examples: string[];
  companies: string[];
}

export interface Feedback {
  answer: string;
  helpful: boolean;
  comment: string | null;
  by: string;
}

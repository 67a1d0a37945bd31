import type { DebuggingAnswer } from "../display.ts";
import { fillRound, paintText } from "./ink.ts";
import { inset, type Rect } from "./rect.ts";
import type { Theme } from "./theme.ts";
import { makeButton, makeLabel, type View } from "./view.ts";

/** Android's "Allow USB debugging?": one question at a time, the others wait behind it. */
export interface DebuggingDialog {
  readonly isShown: boolean;
  ask(question: { fingerprint: string; keyName: string; signal: AbortSignal }): Promise<DebuggingAnswer>;
  answer(answer: DebuggingAnswer): void;
  layout(screen: Rect, theme: Theme): View[];
}

interface Question {
  fingerprint: string;
  keyName: string;
  isAlways: boolean;
  settle: (answer: DebuggingAnswer) => void;
}

/** @param onChange called when a question appears or goes by itself. */
export function makeDebuggingDialog(onChange: () => void): DebuggingDialog {
  const questions: Question[] = [];

  function answer(given: DebuggingAnswer): void {
    questions.shift()?.settle(given);
  }

  return {
    get isShown() {
      return questions.length > 0;
    },
    ask({ fingerprint, keyName, signal }) {
      if (signal.aborted) return Promise.resolve("deny");
      const { promise, resolve } = Promise.withResolvers<DebuggingAnswer>();
      const question: Question = { fingerprint, keyName, isAlways: false, settle };
      function settle(given: DebuggingAnswer): void {
        signal.removeEventListener("abort", withdraw);
        resolve(given);
      }
      function withdraw(): void {
        questions.splice(questions.indexOf(question), 1);
        settle("deny");
        onChange();
      }
      signal.addEventListener("abort", withdraw);
      questions.push(question);
      onChange();
      return promise;
    },
    answer,
    layout(screen, theme) {
      const [question] = questions;
      if (question === undefined) return [];
      return layQuestion(question, screen, theme, answer);
    },
  };
}

function layQuestion(
  question: Question,
  screen: Rect,
  theme: Theme,
  answer: (given: DebuggingAnswer) => void,
): View[] {
  const width = Math.min(screen.width - 48, 380);
  const height = 288;
  const box = { x: (screen.width - width) / 2, y: Math.max(12, (screen.height - height) / 2), width, height };
  const left = box.x + 24;
  const line = (y: number, tall: number) => ({ x: left, y: box.y + y, width: width - 48, height: tall });
  const { text: color, faint } = theme;
  const buttons = box.y + height - 60;
  return [
    {
      bounds: screen,
      kind: "",
      paint(context) {
        context.fillStyle = "rgb(0 0 0 / 52%)";
        context.fillRect(screen.x, screen.y, screen.width, screen.height);
        fillRound(context, box, 28, theme.raised);
      },
    },
    makeLabel({
      bounds: line(20, 36),
      id: "alertTitle",
      text: "Allow USB debugging?",
      size: 22,
      color,
    }),
    makeLabel({
      bounds: line(64, 22),
      text: "The computer's RSA key fingerprint is:",
      size: 14,
      color: faint,
    }),
    layFingerprint(line(88, 44), question.fingerprint, color),
    makeLabel({ bounds: line(138, 22), id: "key", text: question.keyName, size: 14, color: faint }),
    layCheckbox(line(168, 44), question, theme),
    makeButton(
      {
        bounds: { x: box.x + width - 200, y: buttons, width: 88, height: 44 },
        id: "button2",
        text: "Cancel",
        isPlain: true,
        onTap: () => answer("deny"),
      },
      theme,
    ),
    makeButton(
      {
        bounds: { x: box.x + width - 108, y: buttons, width: 88, height: 44 },
        id: "button1",
        text: "Allow",
        onTap: () => answer(question.isAlways ? "allow-always" : "allow"),
      },
      theme,
    ),
  ];
}

/** Two lines, parted between two pairs of digits. */
function layFingerprint(bounds: Rect, fingerprint: string, color: string): View {
  const half = fingerprint.indexOf(":", Math.floor(fingerprint.length / 2)) + 1 || fingerprint.length;
  const lines = [fingerprint.slice(0, half), fingerprint.slice(half)];
  return {
    bounds,
    kind: "TextView",
    id: "fingerprint",
    text: fingerprint,
    paint(context) {
      lines.forEach((text, index) => {
        const y = bounds.y + 11 + index * 21;
        paintText(context, text, bounds.x, y, { size: 14, weight: 500, color, maxWidth: bounds.width });
      });
    },
  };
}

function layCheckbox(bounds: Rect, question: Question, theme: Theme): View {
  const isChecked = question.isAlways;
  return {
    bounds,
    kind: "CheckBox",
    id: "alwaysUse",
    text: "Always allow from this computer",
    isChecked,
    radius: 12,
    onTap: () => {
      question.isAlways = !question.isAlways;
    },
    paint(context) {
      const middle = bounds.y + bounds.height / 2;
      const box = { x: bounds.x, y: middle - 10, width: 20, height: 20 };
      fillRound(context, box, 4, isChecked ? theme.accent : theme.faint);
      if (!isChecked) fillRound(context, inset(box, 2), 2, theme.raised);
      else {
        context.strokeStyle = theme.onAccent;
        context.lineWidth = 2.4;
        context.lineCap = "round";
        context.beginPath();
        context.moveTo(box.x + 5, middle);
        context.lineTo(box.x + 8.6, middle + 3.8);
        context.lineTo(box.x + 15, middle - 4);
        context.stroke();
      }
      const style = { size: 15, color: theme.text, maxWidth: bounds.width - 34 };
      paintText(context, "Always allow from this computer", bounds.x + 32, middle + 1, style);
    },
  };
}

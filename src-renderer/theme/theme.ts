import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e8f4f4",
  "#cfe6e6",
  "#a3d0d0",
  "#74bcbd",
  "#4aa3a5",
  "#1f7578",
  "#136a6d",
  "#0c5f63",
  "#094c4f",
  "#063a3d",
];
const gray: MantineColorsTuple = [
  "#f5f7f8",
  "#eef2f3",
  "#e6eaec",
  "#dde3e6",
  "#8b979e",
  "#77838a",
  "#465159",
  "#384249",
  "#252c31",
  "#14191c",
];
const dark: MantineColorsTuple = [
  "#e7ebee",
  "#c8d0d5",
  "#aab5bc",
  "#8b979e",
  "#5d6971",
  "#2a3238",
  "#1a1f23",
  "#14181b",
  "#0f1315",
  "#0b0e10",
];

/** Sizes follow the 4 px grid; type is 14 px with three heading sizes. */
export const theme = createTheme({
  colors: { teal, gray, dark },
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 5 },
  fontFamily: "var(--fb-font)",
  fontFamilyMonospace: "var(--fb-mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.45", lg: "1.45", xl: "1.4" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: Button.extend({
      defaultProps: { size: "sm" },
      vars: (_theme, { size }) => ({
        root: size === "sm" ? { "--button-height": "32px", "--button-padding-x": "12px" } : {},
      }),
    }),
    Input: Input.extend({
      vars: (_theme, { size }) => ({
        wrapper: size === undefined || size === "sm" ? { "--input-height": "32px", "--input-fz": "14px" } : {},
      }),
    }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
      vars: () => ({
        label: {},
        success: {},
        description: { "--input-description-size": "12px" },
        error: { "--input-error-size": "12px" },
      }),
    }),
    Tooltip: {
      defaultProps: { openDelay: 300, multiline: true, maw: 360, events: { hover: true, focus: true, touch: false } },
    },
    Menu: { defaultProps: { shadow: "none", withinPortal: true } },
    Popover: { defaultProps: { shadow: "none" } },
  },
});

/** Mantine draws with the program's own tokens, in either scheme. */
export const tokensToVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--fb-surface)",
    "--mantine-color-text": "var(--fb-text)",
    "--mantine-color-dimmed": "var(--fb-text-soft)",
    "--mantine-color-placeholder": "var(--fb-text-soft)",
    "--mantine-color-anchor": "var(--fb-accent)",
    "--mantine-color-error": "var(--fb-fail)",
    "--mantine-color-default": "var(--fb-raised)",
    "--mantine-color-default-hover": "var(--fb-hover)",
    "--mantine-color-default-border": "var(--fb-line-strong)",
    "--mantine-primary-color-light": "var(--fb-accent-soft)",
    "--mantine-primary-color-light-color": "var(--fb-accent)",
  };
  return { variables: {}, light: shared, dark: shared };
};

export const colorSchemeManager = localStorageColorSchemeManager({ key: "fieldbook-appearance" });

/** The nonce the host put into the page; Mantine's style elements carry it. */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@mantine/core/styles.css";
import "./theme/tokens.css";
import "./theme/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { App } from "./App.tsx";
import { createQueries } from "./queries.ts";
import { colorSchemeManager, readStyleNonce, theme, tokensToVariables } from "./theme/theme.ts";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root element.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueries()}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colorSchemeManager}
        cssVariablesResolver={tokensToVariables}
        getStyleNonce={readStyleNonce}
      >
        <Router hook={useHashLocation}>
          <App />
        </Router>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);

/** A small FastAPI service in `app/`, for examples: it listens on 8000 and answers /livez, /readyz and /api/v1/orders. */
export const fastapiService = {
  'pyproject.toml': `
    [project]
    name = "orders"
    requires-python = ">=3.13"
    dependencies = ["fastapi>=0.115,<1", "uvicorn>=0.30,<1"]
  `,
  'app/main.py': `
    from fastapi import APIRouter, FastAPI

    app = FastAPI()
    router = APIRouter(prefix="/api/v1/orders")


    @router.get("")
    def orders() -> list[str]:
        return []


    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {}


    @app.get("/readyz")
    def readyz() -> dict[str, str]:
        return {}


    app.include_router(router)
  `,
} as const;

/** Its Dockerfile. */
export const dockerfile = `
  FROM python:3.13-slim
  WORKDIR /app
  COPY app app
  EXPOSE 8000
  CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
`;

/** A start whose port is not known: it comes from a variable that nobody sets. */
export const unknownStart = `
  FROM python:3.13-slim
  WORKDIR /app
  COPY app app
  CMD uvicorn app.main:app --host 0.0.0.0 --port $PORT
`;

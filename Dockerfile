# syntax=docker/dockerfile:1
# dlint's own image: docker run --rm -v "$PWD:/src:ro" IMAGE .
# dlint: ignore-file=base-image-not-pinned-by-digest -- each release takes the base image of its day; its attestation names it
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY src src
COPY rules rules
RUN python -m venv /opt/dlint && /opt/dlint/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /opt/dlint /opt/dlint
ENV PATH=/opt/dlint/bin:$PATH
WORKDIR /src
USER 65532:65532
# A command, not a server.
HEALTHCHECK NONE
ENTRYPOINT ["dlint"]
CMD ["."]

# Builds with BuildKit and with the classic builder. BASE_IMAGE may name a mirror or a pinned digest.
ARG BASE_IMAGE=python:3.11-slim

# ---- tools: pip and hatchling, kept out of the image
FROM ${BASE_IMAGE} AS tools
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
COPY requirements/build.txt /requirements/build.txt
RUN python -m venv /opt/tools \
 && /opt/tools/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements/build.txt

# ---- packages: the locked dependencies, without tests, type stubs and debug symbols,
#      with bytecode for the modules that a real run imports
FROM tools AS packages
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
RUN apt-get update \
 && apt-get install -y --no-install-recommends binutils \
 && rm -rf /var/lib/apt/lists/*
COPY requirements/image.txt /requirements/image.txt
RUN python -m venv --without-pip /opt/app \
 && /opt/tools/bin/pip --python /opt/app/bin/python install --no-cache-dir --disable-pip-version-check \
      --no-compile --require-hashes -r /requirements/image.txt
COPY deploy/container/slim.py deploy/container/modules.txt /requirements/
RUN /opt/app/bin/python -B /requirements/slim.py --modules /requirements/modules.txt

# ---- wheel: built from pyproject.toml by hatchling, installed under /stage
FROM tools AS wheel
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/tools/bin/hatchling build -t wheel -d /dist \
 && python -m venv --without-pip /opt/app \
 && /opt/tools/bin/pip --python /opt/app/bin/python install --no-cache-dir --disable-pip-version-check \
      --no-deps --no-index --no-compile --root /stage /dist/*.whl \
 && python -m compileall -q --invalidation-mode unchecked-hash /stage/opt/app/lib

# ---- the image
FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl libgomp1 tini \
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/* \
 && groupadd --gid 1000 appuser \
 && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin appuser \
 && mkdir -p /app/data /app/output \
 && chown -R 1000:0 /app \
 && chmod -R g=u /app
ENV PATH=/opt/app/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/app/data \
    OUTPUT_DIR=/app/output
WORKDIR /app
VOLUME ["/app/data", "/app/output"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD curl --fail --silent --show-error --max-time 2 --output /dev/null "http://127.0.0.1:${PORT:-8000}${ROOT_PATH:-}/api/v1/health" || exit 1
ENTRYPOINT ["tini", "-g", "--"]
CMD ["regression-analyzer", "serve"]
USER 1000:1000
COPY --from=packages /opt/app /opt/app
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="regression-analyzer" \
      org.opencontainers.image.description="A table in, a regression analysis a statistician would sign out" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=wheel /stage/ /

"""Steps that work on a project before a file that they need can be there."""

from __future__ import annotations

import pytest

from dlint.library import lint_files


def found(dockerfile: str) -> bool:
    """Whether the rule says something of a Dockerfile."""
    return any(one.rule.name == "install-before-files" for one in lint_files({"Dockerfile": dockerfile}))


@pytest.mark.parametrize(
    ("image", "steps"),
    [
        ("node", "RUN npm run build"),
        ("node", "RUN cd web && npm ci"),
        ("node", "COPY package.json web/\nRUN npm ci"),
        ("node", "COPY package.json web/\nRUN npm --prefix api ci"),
        ("node", "COPY server.js ./\nRUN npm ci"),
        ("node", "COPY --from=docker.io/acme/tools /bin/x /usr/bin/x\nRUN npm ci"),
        ("node", "RUN --mount=type=cache,target=/root/.npm npm ci"),
        ("node", "RUN --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci"),
        ("node", "RUN apk add git\nCOPY src/ src/\nRUN yarn run build"),
        ("node", "RUN npm install -g pnpm && pnpm install"),
        ("node", "RUN corepack enable && corepack prepare pnpm@10 --activate\nRUN pnpm install"),
        ("python", "RUN pip install poetry && poetry config virtualenvs.create false && poetry install"),
        ("rust", "COPY src src\nRUN cargo build --release"),
        ("rust", "COPY src src\nRUN cargo +nightly build --release"),
        ("rust", "RUN cargo fetch --manifest-path api/Cargo.toml"),
        ("golang", "RUN go mod download"),
        ("golang", "COPY main.go .\nRUN go mod verify"),
        ("maven", "RUN mvn -B -q clean package -DskipTests"),
        ("gradle", "COPY src src\nRUN gradle build --no-daemon"),
        ("python", "COPY app.py .\nRUN pip install --no-cache-dir -r requirements.txt"),
        ("python", "COPY requirements.txt /tmp/\nRUN pip install -r requirements.txt"),
        ("python", "RUN pip install ."),
        ("python", "RUN pip install poetry && poetry install --no-root"),
        ("python", "RUN pip install uv && uv sync --no-dev"),
        ("python", "RUN uv pip install --system -r requirements.txt"),
        ("ruby", "RUN bundle install"),
        ("ruby", "RUN bundle exec rake assets:precompile"),
        ("composer", "RUN composer install"),
        ("debian", "COPY main.c .\nRUN make"),
        ("debian", "RUN make -C /srv/tool"),
        ("elixir", "COPY lib lib\nRUN mix deps.get"),
    ],
)
def test_a_step_that_cannot_find_its_file_is_reported(image: str, steps: str) -> None:
    assert found(f"FROM {image}\nWORKDIR /srv/app\n{steps}\n")


@pytest.mark.parametrize(
    ("image", "steps"),
    [
        ("node", "COPY . .\nRUN npm ci"),
        ("node", "COPY package*.json ./\nRUN npm ci"),
        ("node", "COPY [^x]*.json ./\nRUN npm ci"),
        ("node", "COPY web web\nRUN cd web && npm ci"),
        ("node", "COPY package.json /srv/\nRUN npm ci"),
        ("node", "ADD https://example.org/app.tar.gz .\nRUN npm ci"),
        ("node", "COPY --from=docker.io/acme/app /app .\nRUN npm ci"),
        ("node", "COPY $FILES ./\nRUN npm ci"),
        ("node", "COPY a.json $PLACE\nRUN npm ci"),
        ("node", "COPY <<EOF package.json\n{}\nEOF\nRUN npm ci"),
        ("node", "RUN --mount=type=bind,target=. npm ci"),
        ("node", "RUN --mount=type=bind,source=package.json,target=package.json npm install"),
        ("node", "RUN git clone https://example.org/x . && npm ci"),
        ("node", "RUN git clone https://example.org/x /x && (cd /x && npm ci)"),
        ("node", "RUN npx create-react-app . \nRUN npm run build"),
        ("node", "RUN echo '{}' > package.json\nRUN npm install"),
        ("node", "RUN ./make.sh\nRUN npm install"),
        ("node", "RUN npm install express"),
        ("node", "RUN npm --prefix $DIR ci"),
        ("node", "RUN [ -f package.json ] && npm ci || true"),
        ("example/node", "RUN npm ci"),
        ("node AS a\nONBUILD COPY . /srv/app\nFROM a", "RUN npm ci"),
        ("debian", "WORKDIR /\nRUN git clone https://example.org/tool.git\nWORKDIR /tool\nRUN make"),
        ("node", "RUN npm install ws\nRUN npm install"),
        ("rust", "RUN cargo install ripgrep"),
        ("rust", "RUN cargo new app\nRUN cd app && cargo build"),
        ("rust", "RUN cargo init\nRUN cargo build"),
        ("golang", "RUN go mod init x\nRUN go mod download"),
        ("golang", "RUN go install example.org/x@latest"),
        ("maven", "RUN mvn --version"),
        ("maven", "RUN mvn -f $POM package"),
        ("python", "RUN pip install -r https://example.org/requirements.txt"),
        ("python", "RUN pip install flask"),
        ("python", "COPY requirements /srv/requirements\nRUN pip install -r /srv/requirements/dev.txt"),
        ("python", "ADD wheels.tar /srv/app\nRUN pip install ."),
        ("ruby", "ENV BUNDLE_GEMFILE=/x/Gemfile\nRUN bundle install"),
        ("debian", "RUN ./configure && make"),
        ("debian", "RUN make -f $FILE"),
        ("debian", "RUN make thing"),
    ],
)
def test_where_the_file_may_have_come_from_somewhere_nothing_is_said(image: str, steps: str) -> None:
    assert not found(f"FROM {image}\nWORKDIR /srv/app\n{steps}\n")


def test_without_a_workdir_it_is_looked_for_in_that_of_the_image() -> None:
    assert found("FROM node\nRUN npm ci\n")
    assert not found("FROM wordpress\nRUN composer install\n")

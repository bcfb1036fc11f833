"""Scenes under the sky: a street, a river, young trees, a scenic gate, a team before its banner."""

from random import Random

from PIL import Image, ImageDraw

from backend.demo.photos.brushes import (
    HEIGHT,
    WIDTH,
    banner,
    ground,
    hills,
    house,
    person,
    shade,
    sky,
    tool,
    tree,
    write,
)


def street(random: Random) -> Image.Image:
    """Volunteers sweep a street in the old town."""
    horizon = random.randrange(430, 560)
    image = sky(random, horizon)
    draw = ImageDraw.Draw(image, "RGBA")
    left = -random.randrange(90)
    while left < WIDTH:
        width = random.randrange(150, 330)
        house(draw, random, left, horizon, width, random.choice((170, 210, 300, 380)))
        left += width + random.choice((0, 0, 12, 60))
    road = random.choice(((150, 148, 146), (166, 160, 152), (138, 142, 146)))
    ground(image, horizon, shade(road, 1.1), shade(road, 0.78))
    draw.polygon([(0, horizon), (WIDTH, horizon), (WIDTH, horizon + 34), (0, horizon + 58)], fill=(196, 190, 180))
    for _ in range(random.randrange(1, 4)):
        tree(draw, random, random.randrange(WIDTH), horizon + 40, random.randrange(260, 420))
    for _ in range(130):
        x, y = random.randrange(WIDTH), random.randrange(horizon + 70, HEIGHT)
        draw.ellipse((x, y, x + 12, y + 6), fill=random.choice(((176, 128, 52), (196, 148, 70), (140, 104, 50))))
    for _ in range(random.randrange(1, 5)):
        _sweeper(draw, random, horizon)
    banner(draw, (random.randrange(380, 900), random.randrange(90, 240)), 620, "清洁家园志愿服务（示例）")
    return image


def _sweeper(draw: ImageDraw.ImageDraw, random: Random, horizon: int) -> None:
    y = random.randrange(horizon + 170, HEIGHT - 20)
    height, side = (y - horizon) * 0.75 + 150, random.choice((-1, 1))
    x = random.randrange(140, WIDTH - 140)
    hand = person(draw, random, (x, y), height, reach=0.26 * side)
    tool(draw, hand, (hand[0] + side * height * 0.22, y + 8), (height * 0.11, height * 0.1), (188, 158, 84))


def river(random: Random) -> Image.Image:
    """Volunteers walk along a river and look for what does not belong there."""
    horizon = random.randrange(340, 480)
    image = sky(random, horizon)
    draw = ImageDraw.Draw(image, "RGBA")
    for away, colour in ((1.0, (142, 164, 174)), (0.7, (112, 140, 134)), (0.42, (88, 118, 92))):
        hills(draw, random, horizon, random.uniform(150, 280) * away, colour)
    bank = random.randrange(640, 780)
    ground(image, horizon, (176, 198, 204), (98, 132, 138))
    for _ in range(70):
        x, y = random.randrange(WIDTH), random.randrange(horizon + 8, bank)
        draw.line((x, y, x + random.randrange(40, 150), y), fill=(232, 240, 240, 90), width=3)
    slope = random.choice((-90, -40, 60, 110))
    draw.polygon([(0, bank - slope), (WIDTH, bank + slope), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(122, 132, 84))
    draw.polygon([(0, HEIGHT - 130), (WIDTH, HEIGHT - 130 + slope), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(186, 174, 150))
    for _ in range(random.randrange(2, 5)):
        x, height = random.randrange(120, WIDTH - 120), random.randrange(300, 400)
        hand = person(draw, random, (x, HEIGHT - random.randrange(40, 130)), height, reach=random.choice((-0.2, 0.2)))
        draw.line((*hand, hand[0] + 20, hand[1] + 120), fill=(170, 170, 176), width=6)
    x = random.choice((180, WIDTH - 180))
    draw.rectangle((x - 130, bank - 190, x + 130, bank - 70), fill=(38, 104, 160))
    draw.rectangle((x - 8, bank - 70, x + 8, bank + 60), fill=(120, 124, 128))
    write(draw, (x, bank - 150), "河道巡查", 46, (255, 255, 255))
    write(draw, (x, bank - 100), "（示例）", 36, (255, 255, 255))
    return image


def planting(random: Random) -> Image.Image:
    """Volunteers set young trees on a slope."""
    horizon = random.randrange(300, 430)
    image = sky(random, horizon)
    draw = ImageDraw.Draw(image, "RGBA")
    hills(draw, random, horizon, random.uniform(120, 300), (132, 152, 142))
    ground(image, horizon, (150, 138, 98), (112, 86, 60))
    for row in range(5):
        y = horizon + 60 + row * row * 24
        for column in range(random.randrange(4, 8)):
            x = WIDTH * (column + random.random()) / 7
            draw.line((x, y, x, y - 60 - row * 16), fill=(104, 84, 60), width=4 + row)
            for _ in range(5):
                leaf = x + random.gauss(0, 10 + 3 * row), y - 50 - row * 16 - random.random() * 30
                draw.ellipse((leaf[0] - 14, leaf[1] - 9, leaf[0] + 14, leaf[1] + 9), fill=(98, 138, 66))
    for _ in range(random.randrange(1, 5)):
        x, y, side = random.randrange(150, WIDTH - 150), random.randrange(760, HEIGHT - 20), random.choice((-1, 1))
        hand = person(draw, random, (x, y), random.randrange(330, 460), reach=0.22 * side)
        tool(draw, hand, (hand[0] + side * 60, y + 10), (26, 62), (120, 124, 130))
    banner(draw, (random.randrange(420, 860), random.randrange(80, 200)), 640, "义务植树护林（示例）")
    return image


def gate(random: Random) -> Image.Image:
    """Before a scenic place: a gate, visitors, and volunteers who show the way."""
    horizon = random.randrange(500, 600)
    image = sky(random, horizon)
    draw = ImageDraw.Draw(image, "RGBA")
    hills(draw, random, horizon, random.uniform(300, 460), (124, 146, 150))
    hills(draw, random, horizon, random.uniform(120, 220), (96, 124, 96))
    ground(image, horizon, (198, 190, 176), (160, 150, 136))
    middle, span = random.randrange(400, 880), random.randrange(520, 760)
    top = horizon - random.randrange(250, 330)
    for side in (-1, -0.4, 0.4, 1):
        x = middle + side * span / 2
        draw.rectangle((x - 20, top, x + 20, horizon + 50), fill=(138, 58, 46))
    draw.rectangle((middle - span / 2 - 20, top, middle + span / 2 + 20, top + 92), fill=(70, 98, 112))
    roof = [(middle - span / 2 - 80, top + 6), (middle - span / 2, top - 64), (middle + span / 2, top - 64)]
    draw.polygon([*roof, (middle + span / 2 + 80, top + 6)], fill=(84, 84, 90))
    write(draw, (middle, top + 46), "示例景区", 62, (246, 222, 150))
    for _ in range(random.randrange(4, 10)):
        x, y = random.randrange(60, WIDTH - 60), random.randrange(horizon + 90, horizon + 190)
        person(draw, random, (x, y), 190, vest=False, old=random.random() < 0.4)
    for _ in range(random.randrange(1, 3)):
        x, y = random.randrange(150, WIDTH - 150), random.randrange(830, HEIGHT - 20)
        person(draw, random, (x, y), random.randrange(380, 470), reach=random.choice((-0.36, 0.36)))
    return image


def group(random: Random) -> Image.Image:
    """The whole team before its banner, as at the end of every activity."""
    horizon = random.randrange(470, 560)
    image = sky(random, horizon)
    draw = ImageDraw.Draw(image, "RGBA")
    house(draw, random, random.randrange(-60, 200), horizon + 20, random.randrange(500, 900), random.choice((240, 380)))
    for _ in range(random.randrange(4)):
        tree(draw, random, random.randrange(WIDTH), horizon + 40, random.randrange(240, 420))
    ground(image, horizon, (184, 180, 172), (142, 138, 130))
    people = random.randrange(5, 11)
    offset = random.randrange(-60, 60)
    for place in range(people):
        x = WIDTH * (place + 1) / (people + 1) + offset
        person(draw, random, (x, random.randrange(760, 850)), random.randrange(330, 400), reach=0.14)
    words = random.choice(("敬老爱老志愿服务队（示例）", "诚信宣传志愿服务（示例）", "应急救护培训合影（示例）"))
    banner(draw, (WIDTH / 2 + offset, random.choice((230, 690, 720))), 900, words)
    return image

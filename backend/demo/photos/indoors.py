"""Scenes and papers in a room: an old people's home, lessons, goods; a receipt, a certificate, a list of names."""

from random import Random

from PIL import Image, ImageDraw

from backend.demo.photos.brushes import (
    COATS,
    HAIR,
    HEIGHT,
    WIDTH,
    Colour,
    Draw,
    gradient,
    person,
    seal,
    shade,
    write,
)

PAPER_WIDTH, PAPER_HEIGHT = 900, 680


def care_home(random: Random) -> Image.Image:
    """A volunteer sits with old people in their home."""
    floor = random.randrange(600, 700)
    image, draw = _room(random, floor)
    _window(draw, random, random.randrange(80, 760))
    for _ in range(random.randrange(1, 3)):
        left = random.randrange(40, 760)
        cloth = random.choice(((154, 176, 190), (196, 170, 150), (170, 186, 160)))
        draw.rounded_rectangle((left, floor - 90, left + 430, floor + 110), 30, fill=cloth)
        draw.rounded_rectangle((left - 16, floor - 180, left + 446, floor - 60), 30, fill=shade(cloth, 0.86))
        for seat in range(random.randrange(1, 4)):
            person(draw, random, (left + 90 + seat * 120, floor + 190), 330, vest=False, old=True, reach=0.12)
    for _ in range(random.randrange(1, 3)):
        x, y = random.randrange(180, WIDTH - 180), random.randrange(880, HEIGHT)
        person(draw, random, (x, y), random.randrange(420, 520), reach=random.choice((-0.28, 0.28)))
    x = random.choice((200, WIDTH - 230))
    draw.rectangle((x - 160, 60, x + 160, 150), fill=(248, 246, 238), outline=(150, 120, 90), width=6)
    write(draw, (x, 105), "敬老院（示例）", 42)
    return image


def lessons(random: Random) -> Image.Image:
    """Lessons after school: a board, children from behind, a volunteer beside the board."""
    floor = random.randrange(520, 660)
    image, draw = _room(random, floor)
    if random.random() < 0.6:
        _window(draw, random, random.choice((-60, 900)))
    left, top = random.randrange(60, 420), random.randrange(50, 170)
    right, bottom = left + random.randrange(620, 800), top + random.randrange(240, 340)
    draw.rectangle((left, top, right, bottom), fill=(44, 82, 66), outline=(150, 116, 78), width=14)
    write(draw, ((left + right) / 2, top + 70), "课业辅导（示例）", 64, (236, 240, 230))
    for line in range(random.randrange(1, 4)):
        chalk_y = top + 90 + 46 * line
        draw.line(
            (left + 60, chalk_y + 40, left + random.randrange(200, 560), chalk_y + 40), fill=(220, 226, 216), width=6
        )
    x = random.choice((left - 20, right + 30))
    person(draw, random, (x, random.randrange(760, 840)), 480, reach=0.34 if x < WIDTH / 2 else -0.34)
    for row in range(2):
        for seat in range(random.randrange(3, 6)):
            middle, y = 150 + seat * 230 + random.randrange(-60, 60) + row * 70, random.randrange(720, 780) + row * 150
            draw.rectangle((middle - 95, y + 30, middle + 95, y + 62), fill=(176, 138, 92))
            draw.rounded_rectangle((middle - 58, y, middle + 58, y + 160), 26, fill=random.choice(COATS))
            draw.ellipse((middle - 42, y - 78, middle + 42, y + 10), fill=HAIR)
    return image


def goods(random: Random) -> Image.Image:
    """Cartons with donated things, stacked for the handing over."""
    floor = random.randrange(560, 660)
    image, draw = _room(random, floor)
    columns = random.randrange(3, 6)
    start = random.randrange(80, 380)
    for column in range(columns):
        for level in range(random.randrange(1, 4)):
            left, bottom = start + column * 175 + random.randrange(-8, 9), floor + 170 - level * 132
            card = shade((190, 148, 98), random.uniform(0.86, 1.1))
            draw.rectangle((left, bottom - 128, left + 168, bottom), fill=card, outline=shade(card, 0.7), width=4)
            draw.rectangle((left + 70, bottom - 128, left + 98, bottom), fill=shade(card, 1.18))
            write(draw, (left + 84, bottom - 62), random.choice(("大米", "棉被", "图书", "文具")), 40, (92, 58, 40))
    for x in random.sample((110, 640, WIDTH - 110), random.randrange(1, 3)):
        person(draw, random, (x, 900), random.randrange(430, 520), reach=0.2 if x < WIDTH / 2 else -0.2)
    draw.rectangle((330, 60, 950, 170), fill=(186, 34, 34))
    write(draw, (640, 115), "爱心物资捐赠（示例）", 56, (252, 222, 120))
    return image


def receipt(random: Random, number: str = "") -> Image.Image:
    """A donation receipt on a table."""
    paper, draw = _paper((252, 246, 246))
    write(draw, (PAPER_WIDTH / 2, 70), "公益事业捐赠票据（示例）", 46, (150, 40, 40))
    write(draw, (PAPER_WIDTH - 50, 130), f"No. {number or 'SL-0000'}", 32, (150, 40, 40), "rm")
    rows = ("捐赠人：示例居民", "捐赠项目：助学助困（示例）", "金额：见系统填写", "收款单位：示例慈善会")
    for place, text in enumerate(rows):
        y = 170 + place * 96
        draw.rectangle((50, y, PAPER_WIDTH - 50, y + 96), outline=(170, 90, 90), width=3)
        write(draw, (80, y + 48), text, 36, anchor="lm")
    seal(draw, (PAPER_WIDTH - 190, 520), 110, "示例慈善会")
    return _on_table(random, paper)


def certificate(random: Random) -> Image.Image:
    """A certificate of volunteer service."""
    paper, draw = _paper((250, 247, 236))
    draw.rectangle((24, 24, PAPER_WIDTH - 24, PAPER_HEIGHT - 24), outline=(176, 138, 70), width=12)
    draw.rectangle((44, 44, PAPER_WIDTH - 44, PAPER_HEIGHT - 44), outline=(206, 172, 110), width=3)
    write(draw, (PAPER_WIDTH / 2, 120), "志愿服务证明（示例）", 60, (150, 40, 40))
    for place, text in enumerate(
        ("兹证明示例居民参加志愿服务活动，", "服务认真，特此证明。", "此件为编造的演示图片。")
    ):
        write(draw, (110, 240 + place * 80), text, 38, anchor="lm")
    seal(draw, (PAPER_WIDTH - 210, 520), 105, "示例服务队")
    return _on_table(random, paper)


def sign_in_sheet(random: Random) -> Image.Image:
    """A list on which the team signed, in handwriting that says nothing."""
    paper, draw = _paper((250, 250, 248))
    write(draw, (PAPER_WIDTH / 2, 60), "志愿服务签到表（示例）", 46)
    columns = (50, 170, 430, 640, PAPER_WIDTH - 50)
    filled = random.randrange(4, 9)
    for row in range(9):
        y = 110 + row * 60
        draw.rectangle((50, y, PAPER_WIDTH - 50, y + 60), outline=(110, 110, 114), width=3)
        if row == 0:
            for place, title in enumerate(("序号", "姓名", "签到", "签退")):
                write(draw, ((columns[place] + columns[place + 1]) / 2, y + 30), title, 32)
        elif row <= filled:
            write(draw, (110, y + 30), str(row), 30)
            for left in columns[1:4]:
                _scribble(draw, random, left + 30, y + 30)
    for x in columns[1:4]:
        draw.line((x, 110, x, 650), fill=(110, 110, 114), width=3)
    return _on_table(random, paper)


def _scribble(draw: Draw, random: Random, x: float, y: float) -> None:
    points = [(x + step * 16, y + random.uniform(-15, 15)) for step in range(9)]
    draw.line(points, fill=(38, 52, 110), width=4, joint="curve")


def _room(random: Random, floor: int) -> tuple[Image.Image, Draw]:
    wall: Colour = random.choice(((226, 220, 206), (214, 222, 224), (230, 222, 212), (208, 214, 200)))
    image = gradient((WIDTH, HEIGHT), shade(wall, 1.05), shade(wall, 0.9))
    boards: Colour = random.choice(((178, 150, 118), (168, 164, 158), (150, 128, 104)))
    image.paste(gradient((WIDTH, HEIGHT - floor), shade(boards, 1.06), shade(boards, 0.8)), (0, floor))
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, floor - 14, WIDTH, floor), fill=shade(wall, 0.74))
    return image, draw


def _window(draw: Draw, random: Random, left: int) -> None:
    top, width, height = random.randrange(110, 190), random.randrange(300, 420), random.randrange(240, 330)
    draw.rectangle((left, top, left + width, top + height), fill=(214, 232, 240), outline=(246, 246, 244), width=16)
    draw.line((left + width / 2, top, left + width / 2, top + height), fill=(246, 246, 244), width=12)
    slant = random.choice((-160, 160))
    light = [(left, top + height), (left + width, top + height), (left + width + slant, HEIGHT), (left + slant, HEIGHT)]
    draw.polygon(light, fill=(255, 250, 226, 46))


def _paper(colour: Colour) -> tuple[Image.Image, Draw]:
    paper = Image.new("RGB", (PAPER_WIDTH, PAPER_HEIGHT), colour)
    return paper, ImageDraw.Draw(paper, "RGBA")


def _on_table(random: Random, paper: Image.Image) -> Image.Image:
    """The paper as a phone sees it: turned a little, anywhere on a table, with its shadow and what lies about."""
    wood: Colour = random.choice(((146, 108, 74), (120, 92, 70), (172, 142, 106), (92, 104, 112), (198, 192, 182)))
    image = gradient((WIDTH, HEIGHT), shade(wood, 1.1), shade(wood, 0.84))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(26):
        y = random.randrange(HEIGHT)
        draw.line(
            (0, y, WIDTH, y + random.randrange(-30, 30)), fill=(*shade(wood, 0.8), 60), width=random.randrange(2, 7)
        )
    size = random.uniform(0.8, 1.2)
    small = paper.resize((int(PAPER_WIDTH * size), int(PAPER_HEIGHT * size)), Image.Resampling.BILINEAR)
    angle = random.uniform(-14, 14)
    turned = small.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    shape = Image.new("L", small.size, 255).rotate(angle, expand=True)
    x = random.randrange(-30, max(-29, WIDTH - turned.width + 30))
    y = random.randrange(-30, max(-29, HEIGHT - turned.height + 30))
    image.paste((40, 34, 30), (x + 14, y + 18), shape.point(lambda value: value * 0.45))
    image.paste(turned, (x, y), shape)
    pen = random.randrange(100, WIDTH - 100)
    draw.line((pen, HEIGHT - 40, pen + random.randrange(-260, 260), HEIGHT - 190), fill=(36, 54, 110), width=20)
    return image
